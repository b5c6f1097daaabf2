import assert from "node:assert/strict";
import { test } from "node:test";
import { asSeenFromOutside, linkFrom, pageFrom } from "./proxied-answer.ts";

const before = "/api/v1/namespaces/default/pods/web/proxy";
const outside = { before, host: "127.0.0.1:6443", own: ["127.0.0.1:6443", "10.0.0.7:80"] };

const cases = [
  { link: "/style.css", is: `${before}/style.css` },
  { link: "style.css", is: "style.css" },
  { link: `${before}/style.css`, is: `${before}/style.css` },
  { link: "http://10.0.0.7:80/login", is: `https://127.0.0.1:6443${before}/login` },
  { link: "https://example.com/login", is: "https://example.com/login" },
  { link: "mailto:somebody@example.com", is: "mailto:somebody@example.com" },
  { link: "#top", is: "#top" },
];
for (const { link, is } of cases) test(`${link} becomes ${is}`, () => assert.equal(linkFrom(link, outside), is));

test("each link of a page leads on, and nothing else changes", () => {
  const page = `<p title="/x">/y <a class='b' href="/a">a</a><img src='/i.png' longdesc="/d"></p>`;
  const is = `<p title="/x">/y <a class='b' href="${before}/a">a</a><img src='${before}/i.png' longdesc="${before}/d"></p>`;
  assert.equal(pageFrom(page, outside), is);
});

test("an answer loses what was between the pod and the server", async () => {
  const answer = await asSeenFromOutside(
    {
      status: 302,
      headers: {
        location: "/in",
        connection: "close",
        "access-control-allow-origin": "*",
        "set-cookie": ["a=1", "b=2"],
      },
      body: [],
    },
    outside,
  );
  assert.deepEqual(answer.headers, { location: `${before}/in`, "set-cookie": ["a=1", "b=2"] });
});
