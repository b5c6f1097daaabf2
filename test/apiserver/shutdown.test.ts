/** How the server ends: it says so, ends streams whole, and lets answers under way end. */
import assert from "node:assert/strict";
import { get, type RequestOptions } from "node:https";
import { test } from "node:test";
import { realClock } from "../../src/base/clock.ts";
import { unpredictable } from "../../src/base/random.ts";
import { startApiServer } from "../../src/cluster/api-server-alone.ts";

const started = () => startApiServer({ port: 0, clock: realClock, random: unpredictable });

interface Streamed {
  readonly status: number;
  readonly first: Promise<string>;
  /** Resolves to whether the answer came to its proper end. */
  readonly ended: Promise<boolean>;
}

function open(url: string, options: RequestOptions): Promise<Streamed> {
  return new Promise((resolve, reject) => {
    get(url, { ...options, agent: false }, (answer) => {
      const first = new Promise<string>((yes) => answer.once("data", (part: Buffer) => yes(String(part))));
      const ended = new Promise<boolean>((yes) => {
        answer.once("end", () => yes(answer.complete));
        answer.once("error", () => yes(false));
      });
      answer.resume();
      resolve({ status: answer.statusCode ?? 0, first, ended });
    }).once("error", reject);
  });
}

test("watches come to their proper end when the server ends", async () => {
  const { access, stop } = await started();
  const options = { ca: access.authority, cert: access.admin.certificate, key: access.admin.key };
  const watching = await open(`${access.server}/api/v1/namespaces?watch=true`, options);
  assert.match(await watching.first, /"type":"ADDED"/);
  const stopped = stop();
  assert.equal(await watching.ended, true);
  await stopped;
  await assert.rejects(open(`${access.server}/livez`, options), /ECONNREFUSED/);
});

test("a server that is to end is not ready, and still answers", async () => {
  const { access, stop, plane } = await started();
  const options = { ca: access.authority, cert: access.admin.certificate, key: access.admin.key };
  const status = async (path: string): Promise<number> => (await open(`${access.server}${path}`, options)).status;
  assert.equal(await status("/readyz"), 200);
  plane.announceEnd();
  assert.deepEqual(await Promise.all(["/readyz", "/livez", "/api/v1/namespaces"].map(status)), [500, 200, 200]);
  await stop();
});
