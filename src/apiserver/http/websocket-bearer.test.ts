import assert from "node:assert/strict";
import { test } from "node:test";
import { bearerOfWebSocket } from "./websocket-bearer.ts";

const hidden = `base64url.bearer.authorization.k8s.io.${Buffer.from("secret").toString("base64url")}`;
const cases = [
  { name: "no protocols are left alone", headers: {}, is: {} },
  { name: "other protocols are left alone", headers: { "sec-websocket-protocol": "v5.channel.k8s.io" }, is: {} },
  {
    name: "a token beside a protocol logs in, and goes no further",
    headers: { "sec-websocket-protocol": `v5.channel.k8s.io, ${hidden}` },
    is: { "sec-websocket-protocol": "v5.channel.k8s.io", authorization: "Bearer secret" },
  },
  {
    name: "a token alone logs nobody in, for no protocol is left to speak",
    headers: { "sec-websocket-protocol": hidden },
    is: { "sec-websocket-protocol": "" },
  },
  {
    name: "who says in a header who he is, is that",
    headers: { "sec-websocket-protocol": `a, ${hidden}`, authorization: "Bearer other" },
    is: { "sec-websocket-protocol": "a" },
  },
];
for (const { name, headers, is } of cases) test(name, () => assert.deepEqual(bearerOfWebSocket(headers), is));
