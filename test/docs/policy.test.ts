/** The examples of docs/policy.md, decided by the gateway's own code over the APIs' own documents. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "jsonc-parser";
import { describe, expect, it } from "vitest";
import { places } from "../../scripts/lib/places.ts";
import { ApiFile } from "../../src/deployment/api-file.ts";
import { accessOf, match } from "../../src/gateway/match.ts";
import { decide } from "../../src/gateway/policy/index.ts";
import type { Subject } from "../../src/gateway/policy/rule.ts";
import type { OpenedCatalog } from "../../src/spec/catalog.ts";
import { compileDocument } from "../../src/spec/compile.ts";
import { loadDocument } from "../../src/spec/load.ts";
import { openCatalog } from "../../src/spec/open.ts";

const root = join(import.meta.dirname, "../..");

/** Where the test finds the document that an example names. */
const documents: [RegExp, string][] = [
  [/^npm:@octokit\/openapi/, "npm"],
  [/stripe/, join(import.meta.dirname, "excerpts/stripe.json")],
  [/kubernetes/, join(import.meta.dirname, "excerpts/kubernetes.json")],
  [/demo/, join(root, "demo/openapi.yaml")],
];

interface Example {
  title: string;
  file: unknown;
  requests: [request: string, decision: string][];
}

function examples(): Example[] {
  const page = readFileSync(join(root, "docs/policy.md"), "utf8");
  return page
    .split(/^## /m)
    .slice(1)
    .map((section) => ({
      title: section.split("\n")[0]!,
      file: parse(/```jsonc\n([^]*?)```/.exec(section)?.[1] ?? "", [], {
        allowTrailingComma: true,
      }) as unknown,
      requests: [...section.matchAll(/^\| `([A-Z]+ \S+)` *\| (\w+) /gm)].map(
        ([, request, want]) => [request!, want!] as [string, string],
      ),
    }));
}

const opened = new Map<string, Promise<OpenedCatalog>>();

async function catalogOf(file: ApiFile): Promise<OpenedCatalog> {
  const [, path] = documents.find(([source]) => source.test(file.source)) ?? [];
  if (path === undefined) throw new Error(`no document is known for ${file.source}`);
  const key = `${path} ${JSON.stringify([file.server, file.auth, file.access])}`;
  const known = opened.get(key);
  if (known) return known;
  const loading = (async () => {
    const loaded = await loadDocument(path === "npm" ? file.source : path, { cacheFolder: places.documents });
    const { catalog } = await compileDocument(loaded, file);
    return openCatalog(catalog.index, catalog.body.slice().buffer);
  })();
  opened.set(key, loading);
  return loading;
}

async function decision(file: ApiFile, request: string): Promise<string> {
  const catalog = await catalogOf(file);
  const [method = "", path = ""] = request.split(" ");
  const base = file.server ?? "https://api.stripe.com";
  const found = match(catalog, file, method, base + path);
  if (found.kind !== "matched") return `no operation: ${found.kind}`;
  const { fits, url } = found.matched;
  const subjects = fits.map(({ operation, path: sent }): Subject => ({
    api: "example",
    file,
    operation,
    access: accessOf(operation, file.access),
    caller: { access: { example: ["read", "write", "delete"] } },
    method,
    path: sent,
    query: new URLSearchParams(url.search),
    headers: new Map(),
  }));
  return decide(subjects as [Subject, ...Subject[]]).verdict.effect;
}

describe.each(examples())("docs/policy.md: $title", ({ file, requests }) => {
  it("is a file that npm run api reads", () => {
    expect(ApiFile.safeParse(file).error?.issues).toBeUndefined();
    expect(requests.length).toBeGreaterThan(3);
    expect(new Set(requests.map(([, effect]) => effect)).size).toBeGreaterThan(1);
  });

  it.each(requests)("%s: %s", async (request, want) => {
    expect(await decision(ApiFile.parse(file), request)).toBe(want);
  });
});

it("the cookbook is found", () => {
  expect(examples().length).toBeGreaterThanOrEqual(6);
});
