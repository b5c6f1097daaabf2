/** The ways to say who one is. */
import assert from "node:assert/strict";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { after, test } from "node:test";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { readConfiguration } from "../../src/apiserver/configuration/configuration.ts";
import { parse } from "../../src/apiserver/configuration/reader.ts";
import { utf8ToBase64 } from "../../src/base/base64.ts";
import { realClock, sleep } from "../../src/base/clock.ts";
import { createAuthority, issue } from "../../src/cluster/pki/certificates.ts";
import { start, type TestServer, type Who, withToken } from "./server.ts";

const head = "apiVersion: coxswain/v1alpha1\nkind: ApiServerConfiguration\n";
const nobody: Who = { headers: {} };

async function whoIs({ ask }: TestServer, as: Who): Promise<unknown> {
  const body = { kind: "SelfSubjectReview", apiVersion: "authentication.k8s.io/v1" };
  const { status, body: answer, text } = await ask("POST /apis/authentication.k8s.io/v1/selfsubjectreviews", body, as);
  if (status !== 201) return `${status} ${text}`;
  const { username, groups } = (answer as { status: { userInfo: { username: string; groups: string[] } } }).status
    .userInfo;
  return [username, ...groups].join(" ");
}

async function review({ ask }: TestServer, token: string): Promise<string> {
  const body = { kind: "TokenReview", apiVersion: "authentication.k8s.io/v1", spec: { token } };
  const { body: answer } = await ask("POST /apis/authentication.k8s.io/v1/tokenreviews", body);
  const { authenticated, user, error } = (
    answer as { status: { authenticated?: boolean; user?: { username?: string }; error?: string } }
  ).status;
  return authenticated ? String(user?.username) : String(error);
}

const bootstrapSecret = (id: string, fields: Readonly<Record<string, string>>) => ({
  metadata: { name: `bootstrap-token-${id}` },
  type: "bootstrap.kubernetes.io/token",
  data: Object.fromEntries(
    Object.entries({ "token-id": id, "token-secret": "0123456789abcdef", ...fields }).map(([k, v]) => [
      k,
      utf8ToBase64(v),
    ]),
  ),
});

test("a bootstrap token counts as long as its secret says so", async () => {
  const server = await start();
  const login = { "usage-bootstrap-authentication": "true" };
  const make = (id: string, fields: Record<string, string>) =>
    server.ask("POST /api/v1/namespaces/kube-system/secrets", bootstrapSecret(id, fields));
  await make("abcdef", {
    ...login,
    "auth-extra-groups": "system:bootstrappers:kubeadm:default-node-token",
    expiration: "2030-01-01T01:00:00Z",
  });
  await make("nologi", {});
  await make("badgrp", { ...login, "auth-extra-groups": "system:masters" });
  const token = "abcdef.0123456789abcdef";
  const bootstrapper =
    "system:bootstrap:abcdef system:bootstrappers system:bootstrappers:kubeadm:default-node-token system:authenticated";
  assert.equal(await whoIs(server, withToken(token)), bootstrapper);
  assert.equal(await review(server, token), "system:bootstrap:abcdef");
  for (const bad of [
    "abcdef.0123456789abcdeX",
    "abcdef.0123456789abcdee",
    "nologi.0123456789abcdef",
    "badgrp.0123456789abcdef",
    "nobody.0123456789abcdef",
  ])
    assert.equal(await whoIs(server, withToken(bad)), "401 Unauthorized", bad);
  await server.clock.advance(3_600_000);
  assert.equal(await whoIs(server, withToken(token)), "401 Unauthorized", "it has expired");
});

test("tokens of a file are those of its users", async () => {
  const configuration = readConfiguration(
    parse(`${head}authentication: { tokenFile: tokens.csv, bootstrapTokens: false }`),
    () => 'letmein,jane,42,"devs,ops"\n',
  );
  const server = await start({ configuration });
  assert.equal(await whoIs(server, withToken("letmein")), "jane devs ops system:authenticated");
  assert.equal(await whoIs(server, withToken("letmeout")), "401 Unauthorized");
});

test("who comes without credentials comes as far as the configuration says", async () => {
  const file =
    "apiVersion: apiserver.config.k8s.io/v1\nkind: AuthenticationConfiguration\nanonymous: { enabled: true, conditions: [{ path: /livez }] }";
  const configuration = readConfiguration(parse(`${head}authentication: { configFile: a }`), () => file);
  const { ask } = await start({ configuration });
  assert.equal((await ask("GET /livez", undefined, nobody)).status, 200);
  assert.equal((await ask("GET /readyz", undefined, nobody)).status, 401);
  assert.equal((await ask("GET /api/v1/pods", undefined, nobody)).status, 401);
});

test("another server is believed by its certificate alone", async () => {
  const configuration = readConfiguration(
    parse(`${head}authentication: { requestHeader: { clientCAFile: ca, allowedNames: [front] } }`),
    () => "",
  );
  const server = await start({ configuration });
  const headers = { "x-remote-user": "jane", "x-remote-group": "devs, ops", "x-remote-extra-acme.com%2fproject": "x" };
  assert.equal(await whoIs(server, { headers, frontProxy: "front" }), "jane devs ops system:authenticated");
  assert.match(String(await whoIs(server, { headers, frontProxy: "other" })), /^403 /);
  assert.match(String(await whoIs(server, { headers })), /^403 /);
});

test("users of an issuer of tokens log in with its claims", async () => {
  const issuer = await openIssuer();
  after(() => issuer.close());
  const text = `
apiVersion: apiserver.config.k8s.io/v1
kind: AuthenticationConfiguration
jwt:
- issuer: { url: ${issuer.url}, audiences: [cluster, other], audienceMatchPolicy: MatchAny, certificateAuthority: ${JSON.stringify(issuer.authority)} }
  claimMappings:
    username: { claim: sub, prefix: "oidc:" }
    groups: { claim: roles, prefix: "oidc:" }
  claimValidationRules: [{ claim: hd, requiredValue: example.com }]
`;
  const configuration = readConfiguration(parse(`${head}authentication: { configFile: a }`), () => text);
  const server = await start({ configuration });
  const good = { sub: "jane", aud: "cluster", hd: "example.com", roles: ["devs"] };
  const token = await issuer.sign(good);
  await issuer.asked;
  for (let i = 0; i < 200 && (await whoIs(server, withToken(token))) === "401 Unauthorized"; i++)
    await sleep(realClock, 10);
  assert.equal(await whoIs(server, withToken(token)), "oidc:jane oidc:devs system:authenticated");
  const cases: readonly [string, object, RegExp][] = [
    [
      "for somebody else",
      { ...good, aud: "elsewhere" },
      /oidc: verify token: oidc: expected audience in \["cluster","other"\] got \["elsewhere"\]/,
    ],
    [
      "of another domain",
      { ...good, hd: "example.org" },
      /required claim hd value does not match. Got = example.org, want = example.com/,
    ],
    ["without a name", { ...good, sub: undefined }, /parse username claims "sub": claim not present/],
    ["that has expired", { ...good, exp: Date.UTC(2029, 0) / 1000 }, /oidc: token is expired/],
  ];
  for (const [name, claims, why] of cases) {
    const bad = await issuer.sign(claims);
    assert.equal(await whoIs(server, withToken(bad)), "401 Unauthorized", name);
    assert.match(await review(server, bad), why, name);
  }
  const forged = await issuer.sign(good, (await generateKeyPair("RS256")).privateKey);
  assert.match(await review(server, forged), /failed to verify signature/);
  await issuer.rotate();
  await server.clock.advance(11_000);
  assert.equal(await review(server, await issuer.sign(good)), "oidc:jane", "new keys are looked up");
});

test("expressions make the user out of claims, and hold both to rules", async () => {
  const issuer = await openIssuer();
  after(() => issuer.close());
  const text = `
apiVersion: apiserver.config.k8s.io/v1
kind: AuthenticationConfiguration
jwt:
- issuer: { url: ${issuer.url}, audiences: [cluster], certificateAuthority: ${JSON.stringify(issuer.authority)} }
  claimMappings:
    username: { expression: "claims.sub.split('@')[0]" }
    groups: { expression: "claims.roles.filter(r, r.startsWith('k8s-')).map(r, r.substring(4))" }
    extra: [{ key: example.com/team, valueExpression: "claims.?team.orValue('none')" }]
  claimValidationRules: [{ expression: "claims.exp - claims.iat < 90000000", message: too long a life }]
  userValidationRules: [{ expression: "!user.username.startsWith('system:')", message: that name is not yours }]
`;
  const configuration = readConfiguration(parse(`${head}authentication: { configFile: a }`), () => text);
  const server = await start({ configuration });
  const good = { sub: "jane@example.com", aud: "cluster", roles: ["k8s-devs", "mail"] };
  const token = await issuer.sign(good);
  await issuer.asked;
  for (let i = 0; i < 200 && (await whoIs(server, withToken(token))) === "401 Unauthorized"; i++)
    await sleep(realClock, 10);
  assert.equal(await whoIs(server, withToken(token)), "jane devs system:authenticated");
  const forged = await issuer.sign({ ...good, sub: "system:admin@example.com" });
  assert.match(
    await review(server, forged),
    /validation expression '!user.username.startsWith\('system:'\)' failed: that name is not yours/,
  );
  const long = await issuer.sign({ ...good, exp: Date.UTC(2040, 0) / 1000 });
  assert.match(await review(server, long), /failed: too long a life/);
});

test("expressions that cannot be are refused with their place", () => {
  const text = `
apiVersion: apiserver.config.k8s.io/v1
kind: AuthenticationConfiguration
jwt:
- issuer: { url: "https://a.example", audiences: [x] }
  claimMappings: { username: { expression: "claims.email" }, groups: { expression: "user.groups" } }
  userValidationRules: [{ expression: "user.username" }]
`;
  assert.throws(
    () => readConfiguration(parse(`${head}authentication: { configFile: a }`), () => text),
    (error: Error) => {
      assert.match(
        error.message,
        /jwt\[0\].claimMappings.groups.expression: Invalid value: "user.groups": compilation failed: .*undeclared reference to 'user'/s,
      );
      assert.match(
        error.message,
        /jwt\[0\].userValidationRules\[0\].expression: Invalid value: "user.username": must evaluate to bool/,
      );
      assert.match(error.message, /claims.email_verified must be used in/);
      return true;
    },
  );
});

async function openIssuer() {
  const now = Date.now();
  const authority = await createAuthority("issuers", now);
  const { certificate, key } = await issue(authority, {
    commonName: "issuer",
    usage: "server",
    names: ["127.0.0.1"],
    notBefore: now,
    days: 1,
  });
  let [keys, id] = [await generateKeyPair("RS256"), "1"];
  let asked = (): void => {};
  const wasAsked = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const server = createServer({ cert: certificate, key }, async (request, response) => {
    const isKeys = request.url === "/keys";
    const document = isKeys
      ? { keys: [{ ...(await exportJWK(keys.publicKey)), kid: id, alg: "RS256" }] }
      : { issuer: url, jwks_uri: `${url}/keys` };
    response.end(JSON.stringify(document), () => isKeys && asked());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    authority: authority.certificate,
    asked: wasAsked,
    sign: (claims: object, key = keys.privateKey) => {
      const payload = { iss: url, iat: Date.UTC(2029, 0) / 1000, exp: Date.UTC(2031, 0) / 1000, ...claims };
      return new SignJWT(payload as Record<string, unknown>).setProtectedHeader({ alg: "RS256", kid: id }).sign(key);
    },
    rotate: async () => {
      [keys, id] = [await generateKeyPair("RS256"), "2"];
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
