/**
 * Parses code as JavaScript, and if that fails as TypeScript. Types are stripped in place, so that lines stay the same.
 * A syntax error is reported at its position in the code as it was sent.
 */
import type { AnyNode, Options, Program as Tree } from "acorn";
import { lineOf } from "../terms/position.ts";
import { type Failed, failed, type Result } from "../terms/result.ts";
import { BoundedParser } from "./parser.ts";
import { TypesTooHard, withoutTypes } from "./types.ts";
import { unwrap, walk } from "./walk.ts";

export interface Parsed {
  /** The text of `tree`: the code without types, each line where it was. */
  source: string;
  tree: Tree;
  retypedLines: ReadonlySet<number>;
}

const options: Options = {
  ecmaVersion: "latest",
  sourceType: "module",
  allowAwaitOutsideFunction: true,
  allowReturnOutsideFunction: true,
  allowHashBang: false,
  preserveParens: true,
};

/** How much of the line of a syntax error is shown: nobody reads longer lines. */
const maxSourceChars = 2_000;

interface Fault {
  message: string;
  line: number;
  column: number;
  /** The parser gave up: it is the reason, wherever another parser stumbled. */
  final?: boolean;
}

/** @param code the code with its fence blanked; positions in the failure are positions in it */
export function readSyntax(code: string): Result<Parsed> {
  const plain = attempt(code);
  const asSent = (tree: Tree) => ({ ok: true as const, source: code, tree, retypedLines: new Set<number>() });
  if ("tree" in plain && !hasTypeArguments(plain.tree, code)) return asSent(plain.tree);
  const stripped = stripTypes(code);
  if ("fault" in stripped)
    return syntaxError(code, "tree" in plain ? stripped.fault : later(plain.fault, stripped.fault));
  const { code: source } = stripped;
  const namespace = namespaceIn(code, source);
  if (namespace) return syntaxError(code, namespace);
  const typed = attempt(source);
  if ("tree" in typed)
    return { ok: true, source, tree: typed.tree, retypedLines: changedLines(code, source) };
  if ("tree" in plain) return asSent(plain.tree);
  return syntaxError(code, source === code ? plain.fault : later(plain.fault, typed.fault));
}

/** The failure of code that is nested too deeply for recursion. */
export function tooDeep(code: string): Failed {
  return syntaxError(code, { message: "it is nested too deeply", line: 1, column: 0 });
}

function attempt(code: string): { tree: Tree } | { fault: Fault } {
  try {
    return { tree: wholeExpression(code) ?? BoundedParser.parse(code, options) };
  } catch (error) {
    return { fault: faultOf(error) };
  }
}

/** Code that is one expression but would mean something else as a statement: an object literal, a function without a name. */
function wholeExpression(code: string): Tree | undefined {
  try {
    const tokens = BoundedParser.tokenizer(code, options);
    const first = tokens.getToken();
    const word = code.slice(first.start, first.end) === "async" ? tokens.getToken() : first;
    if (!["{", "class", "function"].includes(word.type.label)) return undefined;
    const expression = BoundedParser.parseExpressionAt(code, 0, options);
    for (const token of BoundedParser.tokenizer(code.slice(expression.end), options))
      if (token.type.label !== ";") return undefined;
    const { start, end } = expression;
    const statement = { type: "ExpressionStatement" as const, expression, start, end };
    return { type: "Program", sourceType: "module", body: [statement], start: 0, end: code.length } as Tree;
  } catch {
    return undefined;
  }
}

/**
 * `api.get<Zone>("/zones")` is also valid JavaScript: two comparisons, which nobody means. A comparison whose result
 * is compared with something in parentheses is read as a call with type arguments.
 */
function hasTypeArguments(tree: Tree, code: string): boolean {
  const angle = code.indexOf("<");
  if (angle < 0 || !/>\s*\(/.test(code.slice(angle))) return false;
  let found = false;
  walk(tree, (node: AnyNode) => {
    if (node.type !== "BinaryExpression" || node.operator !== ">") return;
    const { left, right } = node;
    if (left.type === "BinaryExpression" && left.operator === "<" && right.type === "ParenthesizedExpression")
      found ||= unwrap(left.right).type !== "Literal";
  });
  return found;
}

/** A namespace is code, and is taken out with the types. */
function namespaceIn(code: string, source: string): Fault | undefined {
  const sent = code.split("\n");
  const lines = source.split("\n");
  const at = sent.findIndex(
    (line, index) =>
      line !== lines[index] && /^\s*(?:export\s+)?(?:namespace|module)\s+[\w.]+\s*\{/.test(line),
  );
  if (at < 0) return undefined;
  const message = "a namespace cannot be run: write an object instead, const Name = { … }";
  return { message, line: at + 1, column: 0 };
}

function stripTypes(code: string): { code: string } | { fault: Fault } {
  try {
    return { code: withoutTypes(code) };
  } catch (error) {
    return { fault: faultOf(error, 1) };
  }
}

/** @param firstColumn the number of the first column in the parser that threw */
function faultOf(error: unknown, firstColumn = 0): Fault {
  // Both parsers are recursive, as is the walk over their tree.
  if (error instanceof RangeError || /not enough stack space/i.test(String(error)))
    return { message: "it is nested too deeply", line: 1, column: 0 };
  if (!(error instanceof Error)) throw error;
  if (error instanceof TypesTooHard) return { message: error.message, line: 1, column: 0, final: true };
  const { loc } = error as { loc?: { line: number; column: number } };
  const message = error.message
    .replace(/^Error transforming [^:]*: /, "")
    .replace(/\(\d+:\d+\)$/, "")
    .trimEnd()
    .replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase());
  return { message, line: loc?.line ?? 1, column: Math.max(0, (loc?.column ?? firstColumn) - firstColumn) };
}

/** The parser that got further saw the real fault; the other stumbled over syntax that it does not know. */
function later(first: Fault, second: Fault): Fault {
  if (second.final) return second;
  const further = second.line > first.line || (second.line === first.line && second.column > first.column);
  return further ? second : first;
}

function syntaxError(code: string, fault: Fault): Failed {
  const source = (lineOf(code, fault.line) ?? "").slice(0, maxSourceChars);
  const column = Math.min(fault.column, source.length);
  const message = fault.message + (strange(fault.message, source) || hint(code));
  return failed({ kind: "syntax", message, line: fault.line, column, source });
}

/** A character that nobody sees in the line, or that looks like another one. */
function strange(message: string, line: string): string {
  const [, named] = /character '(.)'/u.exec(message) ?? [];
  const letter = named ?? /\p{Cf}/u.exec(line)?.[0] ?? "";
  const point = `U+${letter.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0")}`;
  if (/[\u2010-\u2015\u2212]/.test(letter)) return ` (${point}: a minus sign is -)`;
  return /[\p{Cf}\p{Cc}]/u.test(letter) ? ` (${point}, which cannot be seen: delete it)` : "";
}

/** What went wrong in sending the code, if it looks like a common mistake. */
function hint(code: string): string {
  if (!code.includes("\n") && /\\n/.test(code))
    return " (the code contains \\n as two characters: send real line breaks)";
  if (/=&gt;|&lt;|&amp;&amp;|&quot;/.test(code))
    return " (the code contains HTML entities such as &gt;: send the characters themselves)";
  if (/[\u2018-\u201f\u00ab\u00bb]/.test(code))
    return " (the code contains typographic quotes such as \u201c: send straight ones, ' or \")";
  if (/^\s*<[a-z!]/i.test(code)) return " (the code begins with a tag of HTML: send only JavaScript)";
  if (
    /^[ \t]{0,40}(?:def \w{1,80}\(|from \w{1,80} import\b|import \w{1,80}[ \t]{0,8}$|(?:if|for|while) [^\n(:]{1,200}:[ \t]{0,8}$)/m.test(
      code,
    )
  )
    return " (this looks like Python: send JavaScript)";
  if (/^\s*(?:\$ )?(?:curl|wget|http|npx?|npm) \S/.test(code))
    return " (this is a command of a shell: send JavaScript, such as await api.get(path))";
  return "";
}

function changedLines(before: string, after: string): ReadonlySet<number> {
  const sent = before.split("\n");
  const lines = after.split("\n");
  return new Set(lines.flatMap((line, index) => (line === sent[index] ? [] : index + 1)));
}
