/** What calls return: those of built-in functions, and those of functions that the program declares. */
import type { AnyNode } from "acorn";
import type { FunctionNode } from "../../terms/program.ts";
import { plainKey, unwrap } from "../walk.ts";
import { type Known, literal, type Member, unknown } from "../../request/known.ts";
import { type Evaluation, awaited, promiseOf, spreadInto, text, textParts } from "./value.ts";

type CallNode = Extract<AnyNode, { type: "CallExpression" | "NewExpression" }>;

const someString: Known = { kind: "some", type: "string" };
const someNumber: Known = { kind: "some", type: "number" };
const someText: Known = { kind: "text", parts: [undefined] };
const someBytes: Known = { kind: "some", type: "bytes" };

/** Results of functions by full name, and of methods that only strings or dates have, by `.name`. */
const known: Record<string, Known> = {
  encodeURIComponent: someText,
  encodeURI: someText,
  btoa: someString,
  Number: someNumber,
  parseInt: someNumber,
  parseFloat: someNumber,
  "Number.parseInt": someNumber,
  "Number.parseFloat": someNumber,
  "Date.now": someNumber,
  Boolean: { kind: "some", type: "boolean" },
  "crypto.randomUUID": someString,
  ".toISOString": someString,
  ".toString": someText,
  ".toFixed": someString,
  ".padStart": someString,
  ".toLowerCase": someString,
  ".toUpperCase": someString,
  ".trim": someString,
};

const constructed: Record<string, Known> = {
  Date: { kind: "some", type: "date" },
  Uint8Array: someBytes,
  Blob: someBytes,
  File: someBytes,
  FormData: { kind: "some", type: "form-data" },
  URLSearchParams: { kind: "some", type: "url-params" },
  Map: { kind: "nonsense", what: "map" },
  Set: { kind: "nonsense", what: "set" },
  Promise: promiseOf(unknown),
};

/** @returns unknown for built-in functions that are not listed here, and for functions that do more than return */
export function callValue(node: CallNode, evaluator: Evaluation): Known {
  const callee = unwrap(node.callee as AnyNode);
  const plain = node.arguments.every((argument) => argument.type !== "SpreadElement");
  const name = nameOf(callee, evaluator);
  if (node.type === "NewExpression") return constructed[name ?? ""] ?? unknown;
  if (name === undefined) return plain ? ownFunction(callee, node, evaluator) : unknown;
  const [firstNode] = node.arguments;
  const first = () => (firstNode ? evaluator.evaluate(firstNode) : unknown);
  const object = () =>
    callee.type === "MemberExpression" ? evaluator.evaluate(callee.object as AnyNode) : unknown;
  switch (name) {
    case "Object.freeze":
    case "Object.seal":
    case "structuredClone":
      return first();
    case "Object.assign":
      return plain ? assigned(node.arguments, evaluator) : unknown;
    case "String":
    case "encodeURIComponent": {
      const value = first();
      if (value.kind !== "literal") return someText;
      return literal(name === "String" ? String(value.value) : encoded(value.value));
    }
    case "Promise.resolve":
      return promiseOf(first());
    case "Promise.all": {
      const list = first();
      return promiseOf(list.kind === "array" ? { ...list, items: list.items.map(awaited) } : unknown);
    }
    case "JSON.stringify":
      return { kind: "some", type: "string", json: first() };
    case ".join":
      return joined(object(), firstNode ? first() : literal(","));
    case ".trim":
    case ".toString": {
      const value = object();
      if (value.kind === "literal") return literal(String(value.value).trim());
    }
  }
  return known[name] ?? unknown;
}

/** `JSON.stringify`, `encodeURIComponent`, `.join`; undefined for a function that the program declares. */
function nameOf(callee: AnyNode, evaluator: Evaluation): string | undefined {
  if (callee.type === "Identifier") return evaluator.scopes.references.get(callee) ? undefined : callee.name;
  if (callee.type !== "MemberExpression") return undefined;
  const member = plainKey(callee.property as AnyNode, callee.computed);
  if (member === undefined) return undefined;
  const object = unwrap(callee.object as AnyNode);
  const outside = object.type === "Identifier" && !evaluator.scopes.references.get(object);
  const full = outside ? `${object.name}.${member}` : `.${member}`;
  if (Object.hasOwn(known, full) || /^(?:JSON\.stringify$|Object\.|Promise\.)/.test(full)) return full;
  const method = `.${member}`;
  return Object.hasOwn(known, method) || method === ".join" ? method : undefined;
}

function assigned(targets: readonly AnyNode[], evaluator: Evaluation): Known {
  const members = new Map<string, Member>();
  let open = false;
  for (const target of targets) open = spreadInto(members, evaluator.evaluate(target)) || open;
  return { kind: "object", members, open };
}

function joined(list: Known, separator: Known): Known {
  if (list.kind !== "array" || list.open || separator.kind !== "literal") return someString;
  const between = String(separator.value);
  return text(
    list.items.flatMap((item, index) => (index > 0 ? [between, ...textParts(item)] : textParts(item))),
  );
}

/** The value of a function of the program that only returns something. `api.as("work")` is a client like `api`. */
function ownFunction(callee: AnyNode, node: CallNode, evaluator: Evaluation): Known {
  const target = evaluator.evaluate(callee);
  if (target.kind === "method" && target.name === "as") {
    const [label] = node.arguments;
    return { kind: "client", api: target.api, as: label ? evaluator.evaluate(label) : unknown };
  }
  if (target.kind === "method" && target.name !== "pages") return promiseOf(unknown);
  if (target.kind !== "function") return unknown;
  const { fn } = target;
  const returned = returnedBy(fn);
  const given = node.arguments.map((argument) => evaluator.evaluate(argument));
  const value = returned
    ? evaluator.within(new Map([[fn as AnyNode, given]]), () => evaluator.evaluate(returned))
    : unknown;
  return fn.async && !fn.generator ? promiseOf(value) : value;
}

function encoded(value: unknown): string {
  try {
    return encodeURIComponent(String(value));
  } catch {
    return String(value);
  }
}

/** What a function returns, if its body is an expression or a single `return`. */
function returnedBy(fn: FunctionNode): AnyNode | undefined {
  if (fn.generator) return undefined;
  if (fn.body.type !== "BlockStatement") return fn.body;
  const [only, ...others] = fn.body.body;
  return only?.type === "ReturnStatement" && others.length === 0 ? (only.argument ?? undefined) : undefined;
}
