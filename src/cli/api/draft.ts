/** The first version of an API file: what the document says, and notes about what it leaves open. */
import type { ApiFile } from "../../terms/api-file.ts";
import type { OpenedCatalog } from "../../spec/catalog.ts";
import { printable } from "../compile-report.ts";
import { places } from "../places.ts";
import { freeName } from "../reserved-names.ts";
import { proposedReads } from "./access.ts";
import { allowanceFor } from "../../request/address.ts";
import { isLoopbackHost } from "../../terms/loopback.ts";

type Json = Record<string, unknown>;

/**
 * @param catalog the document, compiled with `start`
 * @param start what the person gave, which the file keeps
 * @param secrets security scheme → secret; if empty, one is suggested for the most frequent scheme
 * @returns `notes`: what a person should look at, one sentence each; `reasons`: why the file says of an operation that it
 *   reads, by its id
 */
export function draftApiFile(
  catalog: OpenedCatalog,
  start: ApiFile,
  { name, secrets: given }: { name: string; secrets: Record<string, string> },
): { file: ApiFile; notes: string[]; reasons: Map<string, string> } {
  const notes: string[] = [];
  const file: ApiFile = { ...start };
  const server = start.server ?? firstServer(catalog);
  if (server === undefined || !/^https?:/.test(server)) {
    notes.push(
      `The document names no full server address (${server ?? "none"}): add "server": "https://…" to the file.`,
    );
  } else if (start.server === undefined && openVariables(catalog).length > 0) {
    const names = openVariables(catalog).map((variable) => `{${variable}}`);
    notes.push(
      `The server ${server} leaves ${names.join(" and ")} open: add "server" with your own address to the file.`,
    );
  } else {
    const url = URL.canParse(server) ? new URL(server) : undefined;
    const allowance = url ? allowanceFor(url) : {};
    Object.assign(file, allowance);
    if (url && allowance.allowPrivate && !isLoopbackHost(url.hostname))
      notes.push(`The server ${server} is in a private network; "allowPrivate" in the file allows it.`);
    if (url?.protocol === "http:" && !isLoopbackHost(url.hostname)) {
      notes.push(`The server ${server} is not encrypted; change it to https if the API supports that.`);
    }
  }
  const schemes = usedSchemes(catalog);
  const secrets = Object.keys(given).length > 0 ? given : suggested(schemes, name);
  if (Object.keys(secrets).length > 0) file.credential = { from: "shared", secrets };
  if (catalog.operations.length === 0)
    notes.push('The document describes no operation, so there is nothing to call. Look at its "paths".');
  if (schemes.length === 0) {
    notes.push(
      'The document asks for no credential. If the API needs one, say how it is sent: "auth": { "schemes": { "token": { "type": "http", "scheme": "bearer" } }, "security": [{ "token": [] }] }, and "credential": { "from": "shared", "secrets": { "token": "VAR" } }.',
    );
  }
  const reads = proposedReads(catalog);
  const [first] = reads;
  if (first) {
    file.access = Object.fromEntries(reads.map(({ id, access }) => [id, access]));
    const what =
      reads.length === 1
        ? "1 operation only reads although it is sent by POST"
        : `${reads.length} operations only read although they are sent by POST`;
    notes.push(
      `${what}. "access" in the file lets connections that may only read call them: look at it, and take out what changes something. For example ${first.id}: ${first.reason}.`,
    );
  }
  return { file, notes, reasons: new Map(reads.map(({ id, reason }) => [id, reason])) };
}

/**
 * JSON with comments, as a person would write it; `npm run format` does not change it.
 * @param reasons see `draftApiFile`
 */
export function formatApiFile(file: ApiFile, title: string, reasons = new Map<string, string>()): string {
  const json = JSON.stringify({ $schema: "./api-file.schema.json", ...file }, null, 2)
    .replaceAll(/\[\n\s+("[^"\n]*")\n\s+\]/g, "[$1]")
    .replaceAll(/\n( *[}\]])/g, ",\n$1")
    .replaceAll(/^( {4})("(?:[^"\\\n]|\\.)*")(: "read",)$/gm, (line, indent: string, id: string) => {
      const reason = reasons.get(JSON.parse(id) as string);
      return reason === undefined ? line : `${indent}// ${printable(reason)}\n${line}`;
    });
  return `// ${printable(title)}. All members: ${places.packaged ? "api-file.schema.json" : "specs/demo.jsonc"}.\n${json}\n`;
}

function firstServer(catalog: OpenedCatalog): string | undefined {
  const url = firstServerObject(catalog)?.["url"];
  return typeof url === "string" ? url : undefined;
}

function firstServerObject(catalog: OpenedCatalog): Json | undefined {
  const operation = catalog.operations[0];
  const servers = operation ? catalog.operationObject(operation)["servers"] : catalog.spec["servers"];
  return (servers as Json[] | undefined)?.[0];
}

/** Variables of the first server without a default: only the person knows them. */
function openVariables(catalog: OpenedCatalog): string[] {
  const variables = (firstServerObject(catalog)?.["variables"] ?? {}) as Record<string, Json | null>;
  const names = [...(firstServer(catalog) ?? "").matchAll(/\{([^{}]+)\}/g)].map(([, name]) => name as string);
  return [...new Set(names)].filter(
    (name) => !Object.hasOwn(variables, name) || typeof variables[name]?.["default"] !== "string",
  );
}

/** Names of the schemes that operations ask for, the most frequent first. */
function usedSchemes(catalog: OpenedCatalog): string[] {
  const counts = new Map<string, number>();
  for (const operation of catalog.operations) {
    for (const requirement of catalog.operationObject(operation)["security"] as Json[]) {
      for (const name of Object.keys(requirement ?? {})) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  return [...counts].sort((a, b) => b[1] - a[1]).map(([name]) => name);
}

/** One secret, for the scheme that most operations ask for. */
function suggested(schemes: string[], name: string): Record<string, string> {
  const [scheme] = schemes;
  if (scheme === undefined) return {};
  const secret = `${name}_${scheme}`
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, "_")
    .replace(/^_|_$/g, "");
  return { [scheme]: freeName(secret) };
}
