import assert from "node:assert/strict";
import { test } from "node:test";
import { proxyTarget } from "./proxy-target.ts";

const cases = [
  { text: "web", is: { secure: false, name: "web", port: "" } },
  { text: "web:80", is: { secure: false, name: "web", port: "80" } },
  { text: "web:", is: { secure: false, name: "web", port: "" } },
  { text: "https:web:ui", is: { secure: true, name: "web", port: "ui" } },
];
for (const { text, is } of cases) test(`${text} is a way to ${is.name}`, () => assert.deepEqual(proxyTarget(text), is));
test("another scheme is refused", () => assert.throws(() => proxyTarget("ftp:web:21"), /invalid request "ftp:web:21"/));
