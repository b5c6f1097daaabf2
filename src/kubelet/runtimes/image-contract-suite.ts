/** What every Runtime must do with images. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { failsWith, type RuntimeFixture } from "./base-contract-suite.ts";
import { RuntimeFailure } from "./contract.ts";

export function imageContract(get: () => RuntimeFixture): void {
  test("an image that was pulled is there, under its full name", async () => {
    const { runtime, image, settled } = get();
    const ref = await settled(runtime.pullImage(image));
    const status = await runtime.imageStatus(ref);
    assert.ok(status, "no status");
    assert.ok(status.tags.includes(`docker.io/library/${image}`), status.tags.join());
    assert.ok(status.size > 0);
    assert.match(status.id, /^sha256:[0-9a-f]{64}$/);
    assert.equal((await runtime.imageStatus(image))?.id, status.id);
    assert.ok((await runtime.images()).some(({ id }) => id === status.id));
  });

  test("an image that is not there has no status, and its removal succeeds", async () => {
    const { runtime, missingTag } = get();
    assert.equal(await runtime.imageStatus(missingTag), undefined);
    await runtime.removeImage(missingTag);
  });

  test("a tag that does not exist is not found", async () => {
    const { runtime, missingTag, settled } = get();
    const name = `docker.io/library/${missingTag}`;
    const text = `rpc error: code = NotFound desc = failed to pull and unpack image "${name}": failed to resolve reference "${name}": ${name}: not found`;
    const failure = await settled(runtime.pullImage(missingTag)).catch((error: unknown) => error);
    assert.ok(failure instanceof RuntimeFailure);
    assert.deepEqual([failure.code, failure.message], ["ImageNotFound", text]);
  });

  test("a repository that does not exist is denied, as docker.io does", async () => {
    const { runtime, missingRepository, settled } = get();
    const name = `docker.io/library/${missingRepository}:latest`;
    const text = `failed to pull and unpack image "${name}": failed to resolve reference "${name}": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`;
    const failure = await settled(runtime.pullImage(missingRepository)).catch((error: unknown) => error);
    assert.ok(failure instanceof RuntimeFailure);
    assert.equal(failure.code, "ImageDenied");
    assert.equal(failure.message.replace(/^rpc error: code = Unknown desc = /, ""), text);
  });

  test("a name that is none is invalid", () => {
    const { runtime, settled } = get();
    return failsWith("ImageNameInvalid", settled(runtime.pullImage("Busy Box")), /invalid reference format/);
  });
}
