import { expect, it } from "vitest";
import { capabilitiesOf } from "../../../src/check/capabilities.ts";
import { examine } from "../../../src/check/examine.ts";
import { parseProgram } from "../../../src/check/parse.ts";
import { capabilityText } from "../../../src/request/shown/capability-text.ts";
import { plainCatalog } from "../../setup/plain-catalog.ts";

const paths = Object.fromEntries(
  [
    "/zones",
    "/zones/{zone}",
    "/zones/{zone}/records",
    "/zones/{zone}/records/{id}",
    "/zones/{zone}/purge",
    "/zoo",
    "/users/{user}/keys",
  ].map((path) => [path, { get: {} }]),
);

const seen = (code: string, base: string) => {
  const catalog = plainCatalog({ servers: [{ url: base }], paths });
  const apis = [{ api: { name: "demo", file: { source: "x" } }, catalog }];
  const parsed = parseProgram(code);
  if (!parsed.ok) throw new Error(parsed.failure.kind);
  const { findings, called } = examine(parsed.program, apis);
  return {
    can: capabilitiesOf(parsed.program, apis, true).map(capabilityText),
    wrong: findings.map(({ severity, problem }) => `${severity} ${problem.kind}`),
    called: called.map(({ operation }) => operation.path),
  };
};

const bases = ["https://api.test", "https://api.test/v1", "https://api.test/zones"];
const texts = [
  "/zones",
  "/zones/${x}",
  "/zones/${x}/${y}",
  "/zones/${x}/records/${y}",
  "/${x}",
  "/${x}/${y}",
  "/${x}/zone/records",
  "/zo${x}",
  "/users/${x}/${y}",
  "/users/${x}/${y}/no",
  "/nowhere/${x}/${y}",
];

it.each(bases.flatMap((base) => texts.map((text) => [base, text] as const)))(
  "a text with holes means the same with %s in front as by the client: %s",
  (base, text) => {
    const byClient = seen(`await api.get(\`${text}\`)`, base);
    for (const code of [
      `await fetch(\`${base}${text}\`)`,
      `const base = "${base}"; await fetch(\`\${base}${text}\`)`,
    ]) {
      const byFetch = seen(code, base);
      expect(byFetch.wrong).toEqual(byClient.wrong);
      // A hole of the client's text may hold the base path.
      if (new URL(base).pathname === "/") expect(byFetch).toEqual(byClient);
      else expect(byClient.can).toEqual(expect.arrayContaining(byFetch.can));
      expect(byFetch.can.length > 0).toBe(byClient.can.length > 0);
    }
  },
);
