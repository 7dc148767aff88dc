/** What a file of an operator says twice, or by a name that no schema sees, is a fault at its place: a reader takes one of them. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert, json, pre, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { readApiFile } from "../../src/cli/apis.ts";
import { readDeployment } from "../../src/cli/deploy/settings.ts";
import { readJsonc } from "../../src/cli/jsonc-file.ts";

const folder = mkdtempSync(join(tmpdir(), "isogate-jsonc-"));

const ofApi: [string, RegExp][] = [
  [
    `{ "source": "a.json",\n  "policy": [{ "effect": "deny" }],\n  "policy": [] }`,
    /line 3: the member "policy" is there already, in line 2\. Keep one of them\./,
  ],
  [
    `{ "source": "a.json", "policy": [{ "effect": "deny",\n // again\n "effect": "allow" }] }`,
    /line 3: the member "effect" of \/policy\/0 is there already, in line 1\./,
  ],
  [
    `{ "source": "a.json", "access": { "GET /a": "read", "GET /a": "write", } }`,
    /line 1: the member "GET \/a" of \/access is there already/,
  ],
  // Another spelling of the same name.
  [`{ "source": "a.json", "otherwise": "deny", "otherw\\u0069se": "allow" }`, /"otherwise" is there already/],
  [`{ "source": "a.json", "source": "b.json", "policy": [], "policy": [] }`, /"source" [^]*\n.*"policy"/],
  [
    `{ "source": "a.json", "__proto__": { "otherwise": "allow" } }`,
    /line 1: there is no member "__proto__"\./,
  ],
  [
    `{ "source": "a.json", "policy": [{ "__proto__": { "effect": "allow" } }] }`,
    /there is no member "__proto__" of \/policy\/0/,
  ],
  [`{ "source": "a.json", "access": { "__proto__": "read" } }`, /there is no member "__proto__" of \/access/],
];

it.each(["", "\ufeff"])("a file may begin with a mark of its encoding: %j", (mark) => {
  expect(readJsonc(`${mark}// rules\n{ "source": "a.json" }`, "a")).toEqual({ source: "a.json" });
});

it.each(ofApi)("an API file is refused: %s", async (text, says) => {
  const path = join(folder, "thing.jsonc");
  writeFileSync(path, text);
  await expect(readApiFile(path)).rejects.toThrow(says);
  await expect(readApiFile(path)).rejects.toThrow(path);
});

const login = `"SIGN_IN": "oidc", "OIDC_ISSUER": "https://id.example", "OIDC_CLIENT_ID": "x"`;
it.each([
  [
    `{ "settings": { ${login}, "OIDC_ALLOWED": "@example.com", "OIDC_ALLOWED": "" } }`,
    /"OIDC_ALLOWED" of \/settings/,
  ],
  [
    `{ "settings": { ${login} },\n"settings": { ${login} } }`,
    /line 2: the member "settings" is there already/,
  ],
  [`{ "settings": { ${login}, "__proto__": { "OPEN": "true" } } }`, /no member "__proto__" of \/settings/],
  [`{ "__proto__": { "settings": { ${login} } } }`, /no member "__proto__"\. Remove it/],
  [`{ "settings": { ${login} }, "env": { "a": {}, "a": {} } }`, /"a" of \/env is there already/],
])("a file of settings is refused: %s", (text, says) => {
  const read = readDeployment(text, {}, { file: "own.jsonc" });
  expect(read.ok ? "" : read.refusal).toMatch(says);
  expect(read.ok ? "" : read.refusal).toMatch(/^own\.jsonc line/);
});

describe("what has every member once", () => {
  it("is read as JSON.parse reads it", () => {
    assert(
      property(json(), (text) => {
        pre(!text.includes("__proto__"));
        expect(readJsonc(text, "a.jsonc")).toEqual(JSON.parse(text));
      }),
    );
  });

  it("may have the same names elsewhere, comments and commas at the end", () => {
    const text = `{ "a": { "x": 1 }, /* x */ "b": { "x": 1 }, "c": [{ "x": 1 }, { "x": 1, }, ], "x": "x" }`;
    expect(readJsonc(text, "a.jsonc")).toEqual({ a: { x: 1 }, b: { x: 1 }, c: [{ x: 1 }, { x: 1 }], x: "x" });
  });
});
