/** Which APIs `isogate serve` serves, and that somebody can sign in there. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { configuredFor } from "../../../src/cli/serve/configured.ts";

const oauth = {
  from: "oauth",
  scheme: "oauth2",
  authorizationUrl: "https://id.example/authorize",
  tokenUrl: "https://id.example/token",
  clientId: "isogate",
  scopes: ["read"],
};
const files = {
  demo: { source: "demo.yaml", credential: { from: "shared", secrets: { bearer: "DEMO_TOKEN" } } },
  orders: { source: "orders.json" },
  depot: {
    source: "depot.json",
    credential: { ...oauth, account: { path: "/me", id: "id", label: "name" } },
  },
  nobody: { source: "nobody.json", credential: oauth },
} as const;
type Name = keyof typeof files;

/** What is served of a folder with these files. */
async function served(names: Name[], deployment: { apis?: string[]; vars?: Record<string, string> } = {}) {
  const specs = mkdtempSync(join(tmpdir(), "isogate-configured-"));
  for (const name of names) writeFileSync(join(specs, `${name}.jsonc`), JSON.stringify(files[name]));
  const values = { specs, credential: [], paste: [] };
  const { apis, leftOut } = await configuredFor([], values, { vars: {}, ...deployment });
  return { apis: apis.map(({ name }) => name), leftOut };
}

const upstream = (api: string) => ({ vars: { SIGN_IN: "upstream", SIGN_IN_API: api } });
const demoLeftOut = expect.stringMatching(/^The demo is left out: its server/);

it.each<[Name[], Parameters<typeof served>[1], string[], unknown[]]>([
  [["orders"], {}, ["orders"], []],
  [["demo", "orders"], {}, ["orders"], [demoLeftOut]],
  [["demo", "orders"], { apis: ["demo"] }, ["demo"], []],
  [["depot", "orders"], upstream("depot"), ["depot", "orders"], []],
])("of %j with %j", async (names, deployment, apis, leftOut) => {
  expect(await served(names, deployment)).toEqual({ apis, leftOut });
});

it.each<[Name[], Parameters<typeof served>[1], RegExp]>([
  [[], {}, /^There is no API to serve in .*\. Name a document, or add one: /],
  [["demo"], {}, /^There is no API to serve in .*\. The demo is left out: .* Name a document, or add one: /],
  [["orders"], { apis: ["order"] }, /^The settings name the API order, and there is no file .*order\.jsonc/],
  [
    ["orders"],
    upstream("nope"),
    /^SIGN_IN_API is nope, and nobody .* no API of that name is served, but orders\. See /,
  ],
  [["orders", "depot"], upstream("nope"), /Set it to one that can: depot\.$/],
  [["orders", "depot"], upstream("orders"), /the file of that API has no "credential"/],
  [["nobody"], upstream("nobody"), /has no "credential" with "from": "oauth" and an "account"/],
  [
    ["depot", "orders"],
    { ...upstream("depot"), apis: ["orders"] },
    /no API of that name is served, but orders/,
  ],
])("refuses %j with %j", async (names, deployment, says) => {
  await expect(served(names, deployment)).rejects.toThrow(says);
});
