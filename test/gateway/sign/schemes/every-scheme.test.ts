/** What holds for every security scheme, whoever added it. */
import { expect, it } from "vitest";
import { schemeFor } from "../../../../src/gateway/sign/scheme-for.ts";
import { schemes } from "../../../../src/gateway/sign/schemes/index.ts";

it("calls no two schemes by the same name", () => {
  expect(new Set(schemes.map(({ name }) => name)).size).toBe(schemes.length);
});

it.each([
  { type: "apiKey" as const, in: "header" as const, name: "X-Key" },
  { type: "apiKey" as const, in: "query" as const, name: "key" },
  { type: "http" as const, scheme: "basic" },
  { type: "http" as const, scheme: "bearer" },
  { type: "oauth2" as const, grant: "token" as const },
])("%o is signed where its scheme says, and nowhere else", async (declared) => {
  const scheme = schemeFor(declared);
  const signed = await scheme?.sign({
    name: "s",
    declared,
    secret: "user:planted",
    secretName: "S",
    scopes: [],
    send: () => Promise.reject(new Error("nothing is sent to sign with a secret that is there")),
  });
  expect(signed).toMatchObject({ ok: true, credential: scheme!.place(declared) });
  expect(signed?.ok && signed.secrets.length).toBeGreaterThan(0);
});
