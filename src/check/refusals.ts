/** Refuses code that cannot run, and says what to send or use instead. */
import { type AnyNode, getLineInfo, type Program as Tree } from "acorn";
import { lineOf } from "../terms/position.ts";
import { type Failed, failed, type Result } from "../terms/result.ts";
import type { Scopes } from "./scopes.ts";
import { walk } from "./walk.ts";

/** About 32,000 tokens: more than a model writes in one answer, and parsed in about 20 ms. */
export const maxCodeChars = 128 * 1024;

const instead =
  "Everything is already in scope: spec, operations, find, describe and recall; in execute also api, fetch, each, state, file and files; with several APIs specs.<name> and apis.<name>; and standard JavaScript with the Web APIs (URL, TextEncoder, crypto).";

/** @returns the code, if it is a text of acceptable length */
export function acceptText(code: unknown): Result<{ code: string }> {
  if (typeof code !== "string")
    return unusable(
      `The argument code is ${code === null ? "null" : Array.isArray(code) ? "an array" : `of type ${typeof code}`}, not a string.`,
      "Send the JavaScript as one string.",
    );
  if (code.length > maxCodeChars)
    return unusable(
      `The code is ${code.length.toLocaleString("en")} characters long; at most ${maxCodeChars.toLocaleString("en")} are accepted.`,
      "Send only the program. Let the code fetch or compute the data that it works on.",
    );
  if (code.trim() === "") return unusable("The code is empty.", example);
  return { ok: true, code };
}

const example = 'Send JavaScript, for example: async () => find("list users")';

export function refuseBlocks(blocks: number): Failed {
  return unusable(
    `The code contains ${blocks} fenced blocks, and it is not clear which one to run.`,
    "Send one program, without Markdown around it.",
  );
}

export function refuseNothing(): Failed {
  return unusable("The code contains nothing to run, only comments or types.", example);
}

/**
 * Refuses code that would load a module.
 * @param source the text of `tree`
 * @param scopes show whether the code declares its own `require`, which it may call
 */
export function refuseLoading(tree: Tree, source: string, scopes: Scopes): Failed | undefined {
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

function unusable(message: string, next: string): Failed {
  return failed({ kind: "unusable-code", message, next });
}
