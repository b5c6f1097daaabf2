/** Which images there are: versions that were released, and no others. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { RuntimeFailure } from "../contract.ts";
import { lookUp } from "./images.ts";

const cases: readonly [image: string, version: string][] = [
  ["busybox", "1.37.0"],
  ["busybox:1.36", "1.36.1"],
  ["busybox:1.36.1-musl", "1.36.1"],
  ["docker.io/library/busybox:stable", "1.36.1"],
  ["busybox:no-such-tag", "ImageNotFound"],
  ["nginx:1.27.2", "1.27.2"],
  ["nginx:1.27", "1.27.5"],
  ["nginx:1", "1.29.3"],
  ["nginx:1.14.2", "1.14.2"],
  ["nginx:alpine", "1.29.3"],
  ["nginx:1.27.3-alpine", "1.27.3"],
  ["nginx:stable-alpine", "1.28.0"],
  ["nginx:1.27.99", "ImageNotFound"],
  ["nginx:1.161", "ImageNotFound"],
  ["nginx:latestt", "ImageNotFound"],
  ["alpine:3.20", "3.20.8"],
  ["redis:7-alpine", "7.4.6"],
  ["httpd:2.4", "2.4.65"],
  ["hello-world", "latest"],
  ["registry.k8s.io/pause:3.10", "3.10"],
  ["registry.k8s.io/e2e-test-images/agnhost:2.39", "2.39"],
  ["ngnix", "ImageDenied"],
  ["example.com/nginx:1.27.2", "ImageDenied"],
  ["No_Name", "ImageNameInvalid"],
];

describe("the catalogue of images", () => {
  for (const [image, wanted] of cases)
    test(`${image} is ${wanted}`, () => {
      let seen: string;
      try {
        seen = lookUp(image).version;
      } catch (error) {
        assert.ok(error instanceof RuntimeFailure);
        seen = error.code;
      }
      assert.equal(seen, wanted);
    });

  test("where anything runs, any image is found", () => {
    assert.equal(lookUp("example.com/app:7", "any").version, "7");
    assert.equal(lookUp("nginx:1.27.99", "any").version, "1.27.99");
  });

  test("containers share the files of an image", () =>
    assert.equal(lookUp("busybox").root(), lookUp("busybox:1.28").root()));
});
