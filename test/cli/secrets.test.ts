/** Where a local server finds the secrets that API files name. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { environmentIn, secretsOf } from "../../src/cli/secrets.ts";

const name = "ISOGATE_TEST_TOKEN";
const api = {
  name: "a",
  file: { source: "a.json", credential: { from: "shared" as const, secrets: { token: name } } },
};

it.each<[string, Record<string, string>, string | undefined, string | undefined]>([
  ["nowhere", {}, undefined, undefined],
  ["in .dev.vars", { ".dev.vars": `${name}=one` }, undefined, "one"],
  ["in .env", { ".env": `${name}="two words"` }, undefined, "two words"],
  ["in both", { ".env": `${name}=two`, ".dev.vars": `export ${name}='one'` }, undefined, "one"],
  ["in the environment too", { ".dev.vars": `${name}=one` }, "three", "three"],
  ["although the environment has it empty", { ".dev.vars": `${name}=one` }, "", "one"],
  ["in .env, empty in .dev.vars", { ".env": `${name}=two`, ".dev.vars": `${name}=` }, undefined, "two"],
  ["among comments", { ".env": `# a comment\n\n${name}=a#b$c # no` }, undefined, "a"],
  ["beside others", { ".env": "OTHER=x" }, undefined, undefined],
])("finds a secret %s", (_, files, set, want) => {
  const folder = mkdtempSync(join(tmpdir(), "isogate-secrets-"));
  for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, file), content);
  if (set !== undefined) process.env[name] = set;
  onTestFinished(() => void delete process.env[name]);
  const { values, missing } = secretsOf([api], {}, environmentIn(folder));
  expect(values[name]).toBe(want);
  expect(missing).toEqual(want === undefined ? [{ api: "a", secret: name }] : []);
});
