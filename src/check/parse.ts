/**
 * Turns code as models write it into a module. The code runs as it was sent, line for line; only a header, a `return`
 * and the guard of its loops are added. Positions in the module can be mapped back to positions in the code.
 */
import type { Program as Tree } from "acorn";
import type { ParseResult } from "../terms/program.ts";
import { returnCompletionValue } from "./completion-value.ts";
import { blank, unfence } from "./fences.ts";
import { findNames } from "./free-names.ts";
import { guardLoops } from "./guard.ts";
import { Edits } from "./line-preserving-edits.ts";
import { isObject } from "../spec/objects.ts";
import { parseJson } from "../terms/json.ts";
import { acceptText, maxCodeChars, refuseBlocks, refuseLoading, refuseNothing } from "./refusals.ts";
import { type Scopes, scopesOf } from "./scopes.ts";
import { type Parsed, readSyntax, tooDeep } from "./syntax.ts";

/**
 * @param code the argument of the tool, of any type
 * @returns the program, or a failure of kind `syntax` or `unusable-code`
 */
export function parseProgram(code: unknown): ParseResult {
  const text = acceptText(withoutJson(code));
  if (!text.ok) return text;
  const unfenced = unfence(text.code.replace(/^\uFEFF/, " ").replace(languageLine, blank));
  if (!unfenced.ok) return refuseBlocks(unfenced.failure);
  const parsed = readSyntax(unfenced.code);
  if (!parsed.ok) return parsed;
  if (parsed.tree.body.every(({ type }) => type === "EmptyStatement")) return refuseNothing();
  try {
    return programOf(text.code, parsed);
  } catch (error) {
    // Everything that walks the tree is recursive, and needs more stack for `1 + 1 + 1 …` than the parser.
    if (error instanceof RangeError) return tooDeep(unfenced.code);
    throw error;
  }
}

/** The name of the language, left of a fence that was taken away, or the line that names an interpreter. */
const languageLine = /^\s*(?:(?:javascript|typescript|js|ts):?[ \t]*(?=[\r\n])|#!.*)/i;

/** Code that was written as JSON once more: the whole argument `{"code":"…"}`, or the text in quotes or backticks. */
function withoutJson(code: unknown): unknown {
  if (typeof code !== "string" || !/^\s*["{`]/.test(code) || code.length > maxCodeChars) return code;
  const [, span] = /^\s*`\s*((?:return|const|let|var|async|await|function)\b[^`]*)`\s*$/.exec(code) ?? [];
  if (span !== undefined) return span;
  const value = parseJson(code);
  if (typeof value === "string") return value.includes("(") ? value : code;
  if (!isObject(value) || typeof value["code"] !== "string") return code;
  return Object.keys(value).every((key) => ["code", "plan", "background"].includes(key))
    ? value["code"]
    : code;
}

function programOf(code: string, { tree, source, retypedLines }: Parsed): ParseResult {
  const scopes = scopesOf(tree);
  const refusal = refuseLoading(tree, source, scopes);
  if (refusal) return refusal;
  const { module, insertions, parameters, holders } = asModule(tree, source, scopes);
  const names = findNames(scopes, holders);
  return {
    ok: true,
    program: { module, lineOffset: 1, insertions, retypedLines, code, source, tree, parameters, ...names },
  };
}

function asModule(tree: Tree, source: string, scopes: Scopes) {
  const edits = new Edits(source);
  const tick = unusedName(source, "$tick");
  guardLoops(tree, edits, tick);
  const { returned, ...completion } = returnCompletionValue(tree, {
    scopes,
    edits,
    unusedName: unusedName(source, "$value"),
  });
  const { text, insertions } = edits.apply();
  const end = returned === undefined ? "" : `return (${returned});\n`;
  return { module: `export default async (${tick}) => {\n${text}\n${end}};\n`, insertions, ...completion };
}

/** A name that the code does not contain, not even written with escapes (`\u0024tick` is `$tick`). */
function unusedName(code: string, wanted: string): string {
  const escape = /\\u(?:\{0*([0-9a-f]{1,6})\}|([0-9a-f]{4}))/gi;
  const plain = code.replace(escape, (_, braced?: string, four?: string) => {
    const point = Number.parseInt(braced ?? four ?? "", 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : "";
  });
  // Of `$tick123` the names `$tick1` and `$tick12` are taken too.
  const taken = new Set<string>();
  for (const text of [code, plain])
    for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
      const end = at + wanted.length;
      for (let length = 0; length <= 6; length++) taken.add(text.slice(end, end + length));
    }
  let count = 0;
  while (taken.has(count === 0 ? "" : String(count))) count++;
  return count === 0 ? wanted : `${wanted}${count}`;
}
