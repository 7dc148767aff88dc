/** The examples of docs/policy.md, and what the gateway's own code decides by them over the APIs' own documents. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "jsonc-parser";
import { places } from "../../src/cli/places.ts";
import type { ApiFile } from "../../src/terms/api-file.ts";
import { accessOf, match } from "../../src/request/match.ts";
import { decide } from "../../src/gateway/decide/decide.ts";
import type { Subject } from "../../src/gateway/decide/policy/rule.ts";
import type { OpenedCatalog } from "../../src/spec/catalog.ts";
import { compileDocument } from "../../src/spec/compile/compile-document.ts";
import { loadDocument } from "../../src/spec/load/load-document.ts";
import { openCatalog } from "../../src/spec/read/open-catalog.ts";
import { kubernetesDocument } from "../check/fixture/sources.ts";
import { root } from "./pages.ts";

export interface Example {
  title: string;
  file: unknown;
  requests: [request: string, decision: string][];
}

export function examples(): Example[] {
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

/** What an example names that every reader has somewhere else. */
const stands: Record<string, string> = {
  "./kubernetes.json": kubernetesDocument,
  "../demo/openapi.yaml": join(root, "demo/openapi.yaml"),
};

const opened = new Map<string, Promise<OpenedCatalog>>();

export function catalogOf(file: ApiFile): Promise<OpenedCatalog> {
  const source = stands[file.source] ?? file.source;
  const key = `${source} ${JSON.stringify([file.server, file.auth, file.access])}`;
  const opening = opened.get(key) ?? open(source, file);
  opened.set(key, opening);
  return opening;
}

async function open(source: string, file: ApiFile): Promise<OpenedCatalog> {
  const loaded = await loadDocument(source, { cacheFolder: places.documents });
  const { catalog } = await compileDocument(loaded, file);
  return openCatalog(catalog.index, catalog.body.slice().buffer);
}

/** @param request `GET /path`, of a connection that was granted everything */
export async function decision(file: ApiFile, request: string): Promise<string> {
  const catalog = await catalogOf(file);
  const [method = "", path = ""] = request.split(" ");
  const base = file.server ?? "https://api.stripe.com";
  const found = match(catalog, file, method, base + path);
  if (found.kind !== "matched") return `no operation: ${found.kind}`;
  const { fits, url } = found.matched;
  const subjects = fits.map(({ operation, path: sent, isWritten }): Subject => ({
    api: "example",
    file,
    operation,
    access: accessOf(operation, file.access),
    caller: { access: { example: ["read", "write", "delete"] } },
    plan: false,
    method,
    path: sent,
    isWritten,
    query: new URLSearchParams(url.search),
    headers: new Map(),
  }));
  return decide(subjects as [Subject, ...Subject[]]).verdict.effect;
}

/** A request for every operation of the document, and what is decided on it. */
export async function everyDecision(
  file: ApiFile,
  values: Record<string, string> = {},
): Promise<{ request: string; effect: string; text: string }[]> {
  const { operations } = await catalogOf(file);
  return Promise.all(
    operations.map(async ({ method, path, summary, id }) => {
      const sent = path.replaceAll(/\{([^}]+)\}/g, (_all, name: string) => values[name] ?? "x1");
      const request = `${method.toUpperCase()} ${sent}`;
      return { request, effect: await decision(file, request), text: `${id} ${path} ${summary}` };
    }),
  );
}
