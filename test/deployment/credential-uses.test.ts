/** What a refresh would change of the use of a credential: before, after, the API file, and the sentence about it. */
import { expect, it } from "vitest";
import { decideRefresh } from "../../src/deployment/acceptable.ts";
import { loosened } from "../../src/deployment/loosened.ts";
import { fileOf, inHeader, one, open, zones, type Document } from "./zones.ts";

const login = "https://login.example.com";
const clientCredentials = { tokenUrl: `${login}/token`, scopes: {} };
const authorizationCode = { ...clientCredentials, authorizationUrl: `${login}/authorize` };
const oauth2 = { type: "oauth2", flows: { clientCredentials } };
const shared = { credential: { from: "shared", secrets: { key: "KEY", admin: "ADMIN" } } };

/** An API whose one operation needs these scopes of the scheme `key`. */
function asking(scopes: string[], scheme: object = oauth2, more: object = {}): Document {
  const needs = one({ operationId: "d", security: [{ key: scopes }] });
  return zones({ ...needs, ...more }, { components: { securitySchemes: { key: scheme } } });
}
const signedBy = (...alternatives: object[]) =>
  zones(one({ operationId: "d", security: alternatives }), {
    components: { securitySchemes: { key: inHeader, admin: { ...inHeader, name: "X-Admin" } } },
  });
const withServers = (...urls: string[]) => ({
  ...asking(["a"], { ...oauth2, flows: { clientCredentials: { tokenUrl: "/token", scopes: {} } } }),
  servers: urls.map((url) => ({ url })),
});
const readOne = { "/more": { get: { operationId: "more", security: [{ key: ["b"] }] } } };

it.each<[what: string, before: Document, after: Document, file: object, sentence: RegExp]>([
  ["one scope more", asking(["a"]), asking(["a", "b"]), shared, /would be sent with a token for b of key$/],
  ["another scope", asking(["a"]), asking(["b"]), shared, /would be sent with a token for b of key$/],
  ["the first scope", asking([]), asking(["a"]), shared, /would be sent with a token for a of key$/],
  [
    "no scope any more: the login server takes its default",
    asking(["a"]),
    asking([]),
    shared,
    /would be sent with a token for the default scopes of key$/,
  ],
  [
    "a scope of another operation",
    asking(["a"], oauth2, readOne),
    asking(["a", "b"], oauth2, readOne),
    shared,
    /^DELETE .* would be sent with a token for b of key$/,
  ],
  [
    "a scope that only a new operation names",
    asking(["a"]),
    asking(["a"], oauth2, readOne),
    shared,
    /^GET \/more \(more\) would be sent with a token for b of key$/,
  ],
  [
    "a scope for the whole document",
    zones(one({}), { components: { securitySchemes: { key: oauth2 } }, security: [{ key: ["a"] }] }),
    zones(one({}), { components: { securitySchemes: { key: oauth2 } }, security: [{ key: ["a", "b"] }] }),
    shared,
    /would be sent with a token for b of key$/,
  ],
  [
    "another token endpoint of the same origin",
    asking(["a"]),
    asking(["a"], {
      ...oauth2,
      flows: { clientCredentials: { ...clientCredentials, tokenUrl: `${login}/x` } },
    }),
    shared,
    /the secret of key would be used otherwise: token endpoint https:\/\/login\.example\.com\/x instead of/,
  ],
  [
    "a token endpoint beside the flows",
    asking(["a"]),
    asking(["a"], { ...oauth2, tokenUrl: `${login}/x` }),
    shared,
    /token endpoint https:\/\/login\.example\.com\/x instead of/,
  ],
  [
    "a relative token endpoint, whose server is the second now",
    withServers("https://one.example.com", "https://two.example.com"),
    withServers("https://two.example.com", "https://one.example.com"),
    shared,
    /token endpoint https:\/\/two\.example\.com\/token instead of https:\/\/one\.example\.com\/token/,
  ],
  [
    "a token is fetched with what was the token",
    asking(["a"], { ...oauth2, flows: { clientCredentials, authorizationCode } }),
    asking(["a"]),
    shared,
    /the secret of key would be used otherwise: grant clientCredentials instead of token/,
  ],
  [
    "a client's secret is sent as the token",
    asking(["a"]),
    asking(["a"], { ...oauth2, flows: { clientCredentials, authorizationCode } }),
    shared,
    /grant token instead of clientCredentials/,
  ],
  [
    "the document says the grant itself",
    asking(["a"], { ...oauth2, flows: { authorizationCode } }),
    asking(["a"], { ...oauth2, flows: { authorizationCode }, grant: "refreshToken" }),
    shared,
    /grant refreshToken instead of token/,
  ],
  [
    "the document gives parameters for the token",
    asking(["a"]),
    asking(["a"], { ...oauth2, tokenParameters: { audience: "everything" } }),
    shared,
    /token parameters \{"audience":"everything"\} instead of none/,
  ],
  [
    "another credential comes first",
    signedBy({ key: [] }, { admin: [] }),
    signedBy({ admin: [] }, { key: [] }),
    shared,
    /would be signed with admin instead of key$/,
  ],
  [
    "another credential is needed too",
    signedBy({ key: [] }, { admin: [], key: [] }),
    signedBy({ key: [], admin: [] }, { key: [] }),
    shared,
    /would be signed with admin instead of key$/,
  ],
  [
    "the alternative without the strong credential is gone",
    signedBy({ key: [] }, { admin: [] }),
    signedBy({ admin: [] }),
    shared,
    /would be signed with admin instead of key$/,
  ],
])("%s", async (_, before, after, part, sentence) => {
  const file = fileOf(part);
  const [served, fresh] = [await open(before, file), await open(after, file)];
  expect(loosened(served.opened, fresh.opened, file)).toContainEqual(expect.stringMatching(sentence));
  expect(decideRefresh(served, fresh, { file, accept: "accept it" }).kind).toBe("kept");
});

const token = { ...oauth2, flows: { authorizationCode } };
const fixed = { ...shared, auth: { schemes: { key: { ...oauth2, tokenParameters: { scope: "a" } } } } };

it.each<[what: string, before: Document, after: Document, file: object]>([
  ["fewer scopes", asking(["a", "b"]), asking(["b"]), shared],
  ["scopes in another order", asking(["a", "b"]), asking(["b", "a"]), shared],
  ["scopes of a token that the operator stored", asking(["a"], token), asking(["a", "b"], token), shared],
  ["scopes of a scheme without a secret", asking(["a"]), asking(["b"]), {}],
  ["scopes that the API file says", asking(["a"]), asking(["b"]), fixed],
  [
    "scopes that the document only describes",
    asking(["a"]),
    asking(["a"], { ...oauth2, flows: { clientCredentials: { ...clientCredentials, scopes: { b: "B" } } } }),
    shared,
  ],
  ["a new operation with a scope that others have", asking(["b"]), asking(["b"], oauth2, readOne), shared],
  ["an alternative without a credential", signedBy({ key: [] }), signedBy({ key: [] }, {}), shared],
])("%s loosen nothing", async (_, before, after, part) => {
  const file = fileOf(part);
  expect(loosened((await open(before, file)).opened, (await open(after, file)).opened, file)).toEqual([]);
});
