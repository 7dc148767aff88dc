/**
 * What can be wrong with the arguments of a call: as data, how sure it is, and in words. Nothing else words such a
 * problem, and nothing reads the words.
 */
import type { Group } from "../spec/read/required.ts";
import type { Nonsense, Primitive } from "./known.ts";

/** `at` is the argument: `query`, `body.labels[0]`. */
export type Problem =
  | { kind: "not-an-object"; at: string }
  | { kind: "unknown-argument"; name: string; nearest: string[] }
  /** Beside `path`, `query` … instead of in it. */
  | { kind: "not-in-group"; name: string; group: Group }
  | { kind: "misplaced"; at: Group; name: string; group: Group }
  | { kind: "body-members"; names: string[] }
  | { kind: "nonsense"; at: string; what: Nonsense | "function" | "NaN" | "Infinity" | "-Infinity" }
  | { kind: "media-type"; asked: string; declared: readonly string[] }
  | { kind: "cannot-be-sent"; given: string; declared: readonly string[] }
  | { kind: "no-body-by-method"; method: string }
  /** `instead`: a name that nothing knows and that is likely meant. */
  | { kind: "missing"; at: string; name: string; instead: string | undefined }
  | { kind: "missing-in-path"; at: "path"; name: string; instead: string | undefined }
  | { kind: "missing-body" }
  /** The document wants a body, and an empty one would do. */
  | { kind: "body-left-out" }
  | { kind: "no-body-in-document" }
  | { kind: "unknown-parameter"; at: Group; name: string; nearest: string[]; names: string[] }
  | { kind: "unknown-in-path"; name: string; nearest: string[]; names: string[] }
  | { kind: "lost-variable"; at: string; value: string }
  | { kind: "placeholder"; value: string; name: string }
  | { kind: "empty"; at: string }
  | { kind: "unknown-member"; at: string; name: string; nearest: string[]; names: string[] }
  | { kind: "not-one-of"; at: string; value: Primitive; choices: readonly unknown[]; nearest: string[] }
  /** A text that cannot be read as what is wanted. */
  | { kind: "unreadable"; at: string; value: Primitive; types: string[] }
  /** More digits than a number of JavaScript holds. */
  | { kind: "digits"; at: string; value: string; types: string[] }
  /** `value`: where it is known. */
  | { kind: "wrong-type"; at: string; value: Primitive | undefined; type: string; types: string[] }
  | { kind: "no-form"; at: string; value: Primitive | undefined; forms: number; first: Problem | undefined };

/**
 * `never`: it cannot be sent, whatever the document says. `refuse`: it cannot work. `once`: the document says so,
 * but documents are often wrong here: the same code passes when it is sent again. `warn`: worth a word if the run
 * goes wrong.
 */
export type Severity = "never" | "refuse" | "once" | "warn";

const severities: Record<Problem["kind"], Severity> = {
  "not-an-object": "never",
  "unknown-argument": "never",
  "body-members": "never",
  nonsense: "never",
  "media-type": "never",
  "cannot-be-sent": "never",
  "no-body-by-method": "never",
  "missing-in-path": "never",
  empty: "never",
  "not-in-group": "never",
  misplaced: "refuse",
  missing: "refuse",
  "missing-body": "refuse",
  "unknown-parameter": "refuse",
  "lost-variable": "refuse",
  placeholder: "refuse",
  "not-one-of": "refuse",
  unreadable: "refuse",
  digits: "refuse",
  "unknown-in-path": "once",
  "unknown-member": "once",
  "body-left-out": "warn",
  "no-body-in-document": "warn",
  "wrong-type": "warn",
  "no-form": "warn",
};

export function severityOf(problem: Problem): Severity {
  return severities[problem.kind];
}

/** The one place that words a problem: the argument, what is wrong with it, what may stand there. */
export function sentenceOf(problem: Problem): string {
  switch (problem.kind) {
    case "not-an-object":
      return problem.at === ""
        ? "the second argument has to be an object { path, query, headers, cookies, body }"
        : `${problem.at} has to be an object`;
    case "unknown-argument":
      return `${problem.name} is not an argument${meant(problem.nearest, argumentNames)}`;
    case "not-in-group":
      return `${problem.name} belongs into ${problem.group}: { ${problem.group}: { ${quoted(problem.name)}: … } }`;
    case "misplaced":
      return `${problem.at}.${problem.name} belongs into ${problem.group}`;
    case "body-members": {
      const members = problem.names.map((name) => `${quoted(name)}: …`).join(", ");
      return `${problem.names.join(", ")}: members of the body belong into body: { body: { ${members} } }`;
    }
    case "nonsense":
      return `${problem.at}: ${nonsense[problem.what]}`;
    case "media-type":
      return `contentType: ${JSON.stringify(problem.asked)} is not one of ${problem.declared.join(", ")}`;
    case "cannot-be-sent":
      return `body: ${problem.given} cannot be sent as ${problem.declared.join(" or ")}; give a string or bytes`;
    case "no-body-by-method":
      return `body: a ${problem.method} request carries none; use query`;
    case "missing":
    case "missing-in-path": {
      const { at, name, instead } = problem;
      return `${at}.${name} is missing${instead === undefined ? "" : ` (you gave ${instead})`}`;
    }
    case "missing-body":
    case "body-left-out":
      return "body is missing";
    case "no-body-in-document":
      return "the document knows no body for this operation";
    case "unknown-parameter":
    case "unknown-member":
      return `${problem.at}.${problem.name} is not known${meant(problem.nearest, problem.names)}`;
    case "unknown-in-path":
      return `query.${problem.name} in the path is not known${meant(problem.nearest, problem.names)}`;
    case "lost-variable":
      return `${problem.at}: ${JSON.stringify(problem.value)} is what a variable without a value becomes`;
    case "placeholder":
      return `path: ${JSON.stringify(problem.value)} stands where a value belongs; write {${problem.name}} and give path: { ${quoted(problem.name)}: … }`;
    case "empty":
      return `${problem.at} is empty`;
    case "not-one-of": {
      const { at, value, choices, nearest } = problem;
      const distinct = [...new Set(choices.map((choice) => JSON.stringify(choice)))];
      const more = distinct.length > 20 ? ` and ${distinct.length - 20} more` : "";
      const near =
        more && nearest.length > 0 ? ` (near: ${nearest.map((one) => JSON.stringify(one)).join(", ")})` : "";
      return `${at}: ${inShort(value)} is not one of ${distinct.slice(0, 20).join(", ")}${more}${near}`;
    }
    case "unreadable":
      return `${problem.at}: ${inShort(problem.value)} is not ${wanted(problem.types)}`;
    case "digits":
      return `${problem.at}: ${inShort(problem.value)} is a string, ${wanted(problem.types)} is wanted; give BigInt(${inShort(problem.value)})`;
    case "wrong-type": {
      const { at, value, type, types } = problem;
      return `${at}${value === undefined ? "" : `: ${inShort(value)}`} is ${article(type)}, ${wanted(types)} is wanted`;
    }
    case "no-form": {
      const { at, value, forms, first } = problem;
      const why = first ? ` (${sentenceOf(first)})` : "";
      return `${at}${value === undefined ? "" : `: ${inShort(value)}`} fits none of its ${forms} forms${why}`;
    }
  }
}

/** Members of a call's arguments. */
export const argumentNames = ["path", "query", "headers", "cookies", "body", "contentType", "check"];

const nonsense: Record<Extract<Problem, { kind: "nonsense" }>["what"], string> = {
  function: "a function was given; call it",
  symbol: "a symbol was given",
  promise: "a promise was given; await it first",
  date: "a Date was given that is no date",
  map: "a Map was given; give Object.fromEntries(map)",
  set: "a Set was given; give [...set]",
  NaN: "NaN was given, which is no number that can be sent",
  Infinity: "Infinity was given, which is no number that can be sent",
  "-Infinity": "-Infinity was given, which is no number that can be sent",
};

function meant(nearest: readonly string[], names: readonly string[]): string {
  if (nearest.length > 0) return `; did you mean ${nearest.join(" or ")}?`;
  if (names.length === 0) return "; there are none";
  const more = names.length > 15 ? ` and ${names.length - 15} more` : "";
  return `; known are ${names.slice(0, 15).join(", ")}${more}`;
}

const quoted = (name: string) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name));

function wanted(types: readonly string[]): string {
  return types.map(article).join(" or ");
}

function article(type: string): string {
  if (type === "null") return type;
  return `${/^[aio]/.test(type) ? "an" : "a"} ${type}`;
}

function inShort(value: Primitive): string {
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
