/** What holds for every security scheme, new ones included. */
import { expect, it } from "vitest";
import { placeOf } from "../../../../src/request/security.ts";
import { schemeFor } from "../../../../src/gateway/sign/scheme-for.ts";
import { schemes } from "../../../../src/gateway/sign/schemes/index.ts";

it("calls no two schemes by the same name", () => {
  expect(new Set(schemes.map(({ name }) => name)).size).toBe(schemes.length);
});

const cases = schemes.flatMap(({ name, examples }) =>
  examples.map(({ declared, secret }) => [name, declared, secret] as const),
);

it("has an example of every scheme to try it with", () => {
  expect(schemes.filter(({ examples }) => examples.length === 0).map(({ name }) => name)).toEqual([]);
});

it.each(cases)("%s is signed where its scheme says, and nowhere else: %o", async (name, declared, secret) => {
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
  expect(place).toEqual(placeOf(declared));
  // What is sent is what is taken out of answers, and so is what the operator stored.
  const secrets = [...scheme!.heldIn(secret, declared), ...signed.secrets];
  expect(secrets.some((one) => value.includes(one))).toBe(true);
  expect(secrets).toContain(/planted(?:-secret)?/.exec(secret)?.[0]);
});
