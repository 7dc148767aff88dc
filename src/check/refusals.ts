/** Refuses what code cannot have in a run, and says what it can have instead. */
import { type AnyNode, getLineInfo, type Program as Tree } from "acorn";
import type { Failure } from "../terms/failure.ts";
import { lineOf } from "../terms/position.ts";
import type { Scopes } from "./scopes.ts";
import { walk } from "./walk.ts";

/**
 * 128 KiB of text are about 32,000 tokens, more than a model writes in one answer. Parsing that much takes about
 * 20 ms; longer code would only keep the server busy.
 */
export const maxCodeChars = 128 * 1024;

const instead =
  "Everything is already in scope: spec, operations, find and describe; in execute also api, fetch and recall; with several APIs specs.<name> and apis.<name>; and standard JavaScript with the Web APIs (URL, TextEncoder, crypto).";

/** The code as a text that can be parsed, or why it cannot be. */
export function acceptText(code: unknown): { ok: true; code: string } | { ok: false; failure: Failure } {
  if (typeof code !== "string")
    return refused(
      `The argument code is ${code === null ? "null" : Array.isArray(code) ? "an array" : `of type ${typeof code}`}, not text.`,
      "Send the JavaScript as one string.",
    );
  if (code.length > maxCodeChars)
    return refused(
      `The code is ${code.length.toLocaleString("en")} characters long; at most ${maxCodeChars.toLocaleString("en")} are accepted.`,
      "Send only the program. Data that it works on is better fetched by the code, or computed in it.",
    );
  if (code.trim() === "") return refused("The code is empty.", example);
  return { ok: true, code };
}

const example = 'Send JavaScript, for example: async () => find("list users")';

export function refuseBlocks(blocks: number): { ok: false; failure: Failure } {
  return refused(
    `The code holds ${blocks} fenced blocks, and it is not clear which one to run.`,
    "Send one program, without Markdown around it.",
  );
}

export function refuseNothing(): { ok: false; failure: Failure } {
  return refused("The code holds nothing that runs: only comments or types.", example);
}

/**
 * Refuses code that would load a module.
 * @param source the text of `tree`
 * @param scopes tell whether the code declares its own `require`, which may be called
 * @returns the failure, if there is one
 */
export function refuseLoading(tree: Tree, source: string, scopes: Scopes): Failure | undefined {
  if (!/\b(?:import|require|from)\b/.test(source)) return undefined;
  let found: { what: string; at: number } | undefined;
  walk(tree, (node) => {
    const what = loads(node, scopes);
    if (what && !found) found = { what, at: node.start };
    return !found;
  });
  if (!found) return undefined;
  const { line } = getLineInfo(source, found.at);
  return unusable(
    `${found.what} is not available: code in a run cannot load modules (line ${line}: ${lineOf(source, line)?.trim()}).`,
    `Remove it. ${instead}`,
  );
}

/** The construct by which a node loads a module. */
function loads(node: AnyNode, scopes: Scopes): string | undefined {
  switch (node.type) {
    case "ImportDeclaration":
      return "import";
    case "ImportExpression":
      return "import()";
    case "MetaProperty":
      return node.meta.name === "import" ? "import.meta" : undefined;
    case "ExportAllDeclaration":
      return "export … from";
    case "ExportNamedDeclaration":
      return node.source ? "export … from" : undefined;
    case "CallExpression": {
      const { callee } = node;
      const required = callee.type === "Identifier" && callee.name === "require";
      return required && !scopes.references.get(callee) ? "require()" : undefined;
    }
    default:
      return undefined;
  }
}

function refused(message: string, next: string): { ok: false; failure: Failure } {
  return { ok: false, failure: unusable(message, next) };
}

function unusable(message: string, next: string): Failure {
  return { kind: "unusable-code", message, next };
}
