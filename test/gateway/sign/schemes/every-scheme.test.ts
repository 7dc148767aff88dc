/** What holds for every security scheme, whoever added it. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { schemeFor, schemes } from "../../../../src/gateway/sign/schemes/index.ts";

const folder = join(import.meta.dirname, "../../../../src/gateway/sign/schemes");
/** Not schemes themselves: the list, the type, and what the oauth2 schemes share. */
const shared = ["index.ts", "scheme.ts", "oauth2-client.ts"];

it("lists every scheme of the folder", () => {
  const files = readdirSync(folder).filter((name) => !shared.includes(name));
  expect(schemes).toHaveLength(files.length);
});

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
