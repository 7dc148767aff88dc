/** What holds for every security scheme, whoever added it. */
import { expect, it } from "vitest";
import { schemeFor } from "../../../../src/gateway/sign/scheme-for.ts";
import { schemes } from "../../../../src/gateway/sign/schemes/index.ts";
import type { SecurityScheme } from "../../../../src/terms/api-file.ts";

it("calls no two schemes by the same name", () => {
  expect(new Set(schemes.map(({ name }) => name)).size).toBe(schemes.length);
});

/** At least one declaration for each scheme, with a secret of its form. */
const declarations: [scheme: string, declared: SecurityScheme, secret: string][] = [
  ["apiKey", { type: "apiKey", in: "header", name: "X-Key" }, "planted"],
  ["apiKey", { type: "apiKey", in: "query", name: "key" }, "planted"],
  ["apiKey", { type: "apiKey", in: "cookie", name: "sid" }, "planted"],
  ["basic", { type: "http", scheme: "basic" }, "user:planted"],
  ["bearer", { type: "http", scheme: "bearer" }, "planted"],
  ["bearer", { type: "openIdConnect" }, "planted"],
  [
    "oauth2 (client credentials)",
    { type: "oauth2", flows: { clientCredentials: { tokenUrl: "https://login.test/token" } } },
    "client:planted",
  ],
  [
    "oauth2 (refresh token)",
    { type: "oauth2", grant: "refreshToken", tokenUrl: "https://login.test/token" },
    '{"client_id":"client","client_secret":"planted-secret","refresh_token":"planted"}',
  ],
  ["oauth2 (token)", { type: "oauth2", grant: "token" }, "planted"],
];

it("has a declaration of every scheme to try it with", () => {
  const tried = new Set(declarations.map(([scheme]) => scheme));
  expect(schemes.map(({ name }) => name).filter((name) => !tried.has(name))).toEqual([]);
});

it.each(declarations)(
  "%s is signed where its scheme says, and nowhere else: %o",
  async (name, declared, secret) => {
    const scheme = schemeFor(declared);
    expect(scheme?.name).toBe(name);
    const signed = await scheme!.sign({
      name: "s",
      declared,
      secret,
      secretName: "S",
      scopes: [],
      send: async ({ url }) => {
        expect(url).toBe("https://login.test/token");
        const response = Response.json({ access_token: "planted-token", token_type: "bearer" });
        return { ok: true, response };
      },
    });
    if (!signed.ok) throw new Error(JSON.stringify(signed.failure));
    const { value, ...place } = signed.credential;
    expect(place).toEqual(scheme!.place(declared));
    // What is sent is what is taken out of answers, and so is what the operator stored.
    expect(signed.secrets.some((one) => value.includes(one))).toBe(true);
    expect(signed.secrets).toContain(/planted(?:-secret)?/.exec(secret)?.[0]);
  },
);
