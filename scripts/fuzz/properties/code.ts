/**
 * The normaliser: any text is a program or a failure, never a throw; and what runs is the code that was given, with
 * nothing but a header, `return`s and guards around it, compared tree by tree.
 */
import { parse, type AnyNode, type Options } from "acorn";
import * as fc from "fast-check";
import { parseProgram } from "../../../src/check/parse.ts";
import type { Program } from "../../../src/terms/program.ts";
import { anyCode } from "./code-texts.ts";

const options: Options = {
  ecmaVersion: "latest",
  sourceType: "module",
  allowAwaitOutsideFunction: true,
  allowReturnOutsideFunction: true,
};

export const everyTextIsAProgramOrAFailure = fc.property(anyCode, (code) => {
  const parsed = parseProgram(code);
  if (parsed.ok) return;
  const { kind } = parsed.failure;
  if (kind !== "syntax" && kind !== "unusable-code") throw new Error(`a failure of kind ${kind}`);
});

export const whateverIsNoTextIsAFailure = fc.property(fc.anything(), (code) => {
  if (typeof code !== "string" && parseProgram(code).ok) throw new Error("accepted");
});

export const onlyTheGivenCodeRuns = fc.property(anyCode, (code) => {
  const parsed = parseProgram(code);
  if (!parsed.ok) return;
  const { module, source } = parsed.program;
  const body = bodyOf(module);
  const given = tidy(parsed.program.tree.body, new Set());
  const runs = tidy(body.statements, new Set([body.tick]));
  compare(runs, given, source);
  isFromTheText(parsed.program);
});

/** Statements of the module's one function, and the name of its guard. */
function bodyOf(module: string): { statements: unknown; tick: string } {
  const { body } = parse(module, options);
  const [only] = body;
  if (body.length !== 1 || only?.type !== "ExportDefaultDeclaration")
    throw new Error("the module is more than one function");
  const fn = only.declaration as AnyNode;
  if (fn.type !== "ArrowFunctionExpression" || fn.body.type !== "BlockStatement" || !fn.async)
    throw new Error("another function");
  const [parameter] = fn.params;
  if (fn.params.length !== 1 || parameter?.type !== "Identifier") throw new Error("other parameters");
  return { statements: fn.body.body, tick: parameter.name };
}

type Tidy = { type: string; [key: string]: unknown };

/** A tree without positions, parentheses, guards, and without the difference between a value and a returned value. */
function tidy(node: unknown, guards: ReadonlySet<string>): unknown {
  if (Array.isArray(node)) {
    const list = node.map((one) => tidy(one, guards));
    return list.filter((one) => !isGuard(one) && !isEmpty(one));
  }
  if (typeof node === "bigint") return `${node}n`;
  if (node instanceof RegExp) return String(node);
  if (typeof node !== "object" || node === null) return node;
  const { type } = node as Tidy;
  const members = Object.entries(node as Tidy)
    .filter(([key]) => !["start", "end", "raw", "directive"].includes(key))
    .map(([key, value]): [string, unknown] => [key, tidy(value, guards)]);
  const made = Object.fromEntries(members) as Tidy;
  if (type === "ParenthesizedExpression") return made["expression"];
  if (type === "SequenceExpression") {
    const [first, second, ...more] = made["expressions"] as unknown[];
    const [raw] = (node as Tidy)["expressions"] as unknown[];
    if (more.length === 0 && isTick(raw, guards)) return second;
    return { ...made, expressions: [first, second, ...more].filter((one) => one !== undefined) };
  }
  if (type === "ExpressionStatement" && isTick((node as Tidy)["expression"], guards)) return guard;
  if (type === "ExpressionStatement") return { type: "Value", value: made["expression"] };
  if (type === "ReturnStatement") return { type: "Value", value: made["argument"] };
  // A guard makes a block of the one statement of a loop.
  if (/^(?:For|While|DoWhile)/.test(type) && (made["body"] as Tidy).type === "BlockStatement") {
    const inner = (made["body"] as Tidy)["body"] as unknown[];
    return { ...made, body: inner.length === 1 ? inner[0] : { type: "BlockStatement", body: inner } };
  }
  if (/^(?:For|While|DoWhile)/.test(type) && isEmpty(made["body"]))
    return { ...made, body: { type: "BlockStatement", body: [] } };
  return made;
}

const guard: Tidy = { type: "Guard" };
const isGuard = (node: unknown) => node === guard;
const isEmpty = (node: unknown) => (node as Tidy | null)?.type === "EmptyStatement";

function isTick(node: unknown, guards: ReadonlySet<string>): boolean {
  const call = node as {
    type?: string;
    callee?: { type: string; name?: string };
    arguments?: unknown[];
  } | null;
  if (call?.type !== "CallExpression" || call.arguments?.length !== 0) return false;
  return call.callee?.type === "Identifier" && guards.has(call.callee.name ?? "");
}

/**
 * The same statements, but for what the wrapping may do: `export` taken away, a name returned at the end, and a name that
 * the code does not have for the values of the statements in the last one.
 */
function compare(runs: unknown, given: unknown, source: string): void {
  const theirs = (given as Tidy[]).flatMap(exported);
  const written = JSON.stringify(theirs);
  const isMadeUp = (name: string) =>
    /^\$value\d*(?:_\d+)?$/.test(name) && !written.includes(JSON.stringify({ name }).slice(1, -1));
  const ours = withoutKept(runs as Tidy[], isMadeUp);
  const last = ours.at(-1);
  const isAdded = ours.length === theirs.length + 1 && last?.type === "Value" && isNames(last["value"]);
  const kept = isAdded ? ours.slice(0, -1) : ours;
  const [one, other] = [kept, theirs].map((all) =>
    JSON.stringify(all.map((node) => anonymous(node, isMadeUp))),
  );
  if (one !== other) throw new Error(`${source}\nruns as ${one},\nshould be ${other}`);
}

/** Takes `let $value;` and each `$value = ` away again. */
function withoutKept(statements: Tidy[], isMadeUp: (name: string) => boolean): Tidy[] {
  const isKept = (node: unknown) => isMadeUp(String((node as Tidy | null)?.["name"]));
  const declared = statements.findIndex(({ type, declarations }) => {
    const [only] = (type === "VariableDeclaration" ? declarations : []) as { id: Tidy; init: unknown }[];
    return only?.init === null && isKept(only.id);
  });
  if (declared === -1) return statements;
  const without = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(without);
    if (typeof node !== "object" || node === null) return node;
    const { type, left, right } = node as Tidy;
    if (type === "AssignmentExpression" && isKept(left)) return without(right);
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, without(value)]));
  };
  return without(statements.toSpliced(declared, 1)) as Tidy[];
}

/** A name, or an object of names: what declarations at the end are answered with. */
function isNames(value: unknown): boolean {
  const node = value as Tidy;
  if (node.type === "Identifier") return true;
  if (node.type !== "ObjectExpression") return false;
  return (node["properties"] as Tidy[]).every((one) => one["shorthand"] === true);
}

/** What becomes of an `export` in a function body. */
function exported(node: Tidy): Tidy[] {
  if (node.type === "ExportNamedDeclaration") return node["declaration"] ? [node["declaration"] as Tidy] : [];
  if (node.type !== "ExportDefaultDeclaration") return [node];
  const declared = node["declaration"] as Tidy;
  // Without its default export, a function without a name is an expression.
  const isNamed = declared["id"] !== null && declared["id"] !== undefined;
  return [isNamed ? declared : { ...declared, type: declared.type.replace("Declaration", "Expression") }];
}

/** `export default …` and `module.exports = …` become a constant of a name that the code does not have. */
function anonymous(node: Tidy, isMadeUp: (name: string) => boolean): unknown {
  if (node.type === "VariableDeclaration") {
    const [only] = node["declarations"] as { id: Tidy; init: unknown }[];
    if (isMadeUp(String(only?.id["name"]))) return only?.init;
  }
  if (node.type === "Value") {
    const value = node["value"] as Tidy | null;
    if (value?.type === "AssignmentExpression" && /exports/.test(JSON.stringify(value["left"])))
      return value["right"];
    return value;
  }
  return node;
}

/** The words of the program are in the text, in their order: stripping types made nothing up. */
function isFromTheText({ source, code }: Program): void {
  let at = 0;
  for (const [word] of source.matchAll(/[\p{ID_Start}$_][\p{ID_Continue}$]*|\d+/gu)) {
    // TypeScript's `import a = b` is a constant.
    const written = word === "const" ? ["const", "import"] : [word];
    const next = Math.min(...written.map((one) => code.indexOf(one, at)).filter((one) => one >= 0));
    if (next === Infinity) throw new Error(`${word} is not in the text, or in another place`);
    at = next + word.length;
  }
}
