/**
 * What can be wrong with the arguments of a call: as data, how sure it is, and in words. Nothing else words such a
 * problem, and nothing reads the words.
 */
import type { Group } from "../spec/read/required.ts";
import type { Nonsense, Primitive } from "./known.ts";
import { nearestNames } from "./nearest.ts";

/** `at` is the argument: `query`, `body.labels[0]`. */
export type Problem =
  | { kind: "not-an-object"; at: string }
  | { kind: "unknown-argument"; name: string; instead: string | undefined }
  /** Beside `path`, `query` … instead of in it. */
  | { kind: "not-in-group"; name: string; group: Group }
  | { kind: "misplaced"; at: Group; name: string; group: Group }
  | { kind: "body-members"; names: string[] }
  | { kind: "nonsense"; at: string; what: Nonsense }
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
  | { kind: "unknown-parameter"; at: Group; name: string; names: string[] }
  | { kind: "unknown-in-path"; name: string; names: string[] }
  | { kind: "lost-variable"; at: string; value: string }
  | { kind: "placeholder"; value: string; name: string }
  | { kind: "empty"; at: string }
  | { kind: "unknown-member"; at: string; name: string; names: string[] }
  | { kind: "not-one-of"; at: string; value: Primitive; choices: readonly unknown[] }
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

/** How sure each kind is, and its words: the argument, what is wrong with it, what may stand there. */
const kinds: { [K in Problem["kind"]]: [Severity, (problem: Extract<Problem, { kind: K }>) => string] } = {
  "not-an-object": [
    "never",
    ({ at }) =>
      `${at || "the second argument"} has to be an object${at ? "" : " { path, query, headers, cookies, body }"}`,
  ],
  "unknown-argument": [
    "never",
    ({ name, instead }) =>
      `${name} is not an argument${instead ? `; did you mean ${instead}?` : meant(name, argumentNames)}`,
  ],
  "not-in-group": [
    "never",
    ({ name, group }) => `${name} belongs into ${group}: { ${group}: { ${quoted(name)}: … } }`,
  ],
  "body-members": [
    "never",
    ({ names }) =>
      `${names.join(", ")}: members of the body belong into body: { body: { ${names.map((name) => `${quoted(name)}: …`).join(", ")} } }`,
  ],
  nonsense: [
    "never",
    ({ at, what }) => `${at}: ${nonsense[what] ?? `${what} was given, which is no number that can be sent`}`,
  ],
  "media-type": [
    "never",
    ({ asked, declared }) => `contentType: ${JSON.stringify(asked)} is not one of ${declared.join(", ")}`,
  ],
  "cannot-be-sent": [
    "never",
    ({ given, declared }) =>
      `body: ${given} cannot be sent as ${declared.join(" or ")}; give a string or bytes`,
  ],
  "no-body-by-method": ["never", ({ method }) => `body: a ${method} request carries none; use query`],
  "missing-in-path": ["never", missing],
  empty: ["never", ({ at }) => `${at} is empty`],
  misplaced: ["refuse", ({ at, name, group }) => `${at}.${name} belongs into ${group}`],
  missing: ["refuse", missing],
  "missing-body": ["refuse", () => "body is missing"],
  "unknown-parameter": ["refuse", unknown],
  "lost-variable": [
    "refuse",
    ({ at, value }) => `${at}: ${JSON.stringify(value)} is what a variable without a value becomes`,
  ],
  placeholder: [
    "refuse",
    ({ value, name }) =>
      `path: ${JSON.stringify(value)} stands where a value belongs; write {${name}} and give path: { ${quoted(name)}: … }`,
  ],
  "not-one-of": [
    "refuse",
    ({ at, value, choices }) => {
      const distinct = [...new Set(choices.map((choice) => JSON.stringify(choice)))];
      const more = distinct.length > 20 ? ` and ${distinct.length - 20} more` : "";
      const near = more && typeof value === "string" ? nearestNames(choices.map(String), value) : [];
      const hint = near.length > 0 ? ` (near: ${near.map((one) => JSON.stringify(one)).join(", ")})` : "";
      return `${at}: ${inShort(value)} is not one of ${distinct.slice(0, 20).join(", ")}${more}${hint}`;
    },
  ],
  unreadable: ["refuse", ({ at, value, types }) => `${at}: ${inShort(value)} is not ${wanted(types)}`],
  digits: [
    "refuse",
    ({ at, value, types }) =>
      `${at}: ${inShort(value)} is a string, ${wanted(types)} is wanted; give BigInt(${inShort(value)})`,
  ],
  "unknown-in-path": [
    "once",
    ({ name, names }) => `query.${name} in the path is not known${meant(name, names)}`,
  ],
  "unknown-member": ["once", unknown],
  "body-left-out": ["warn", () => "body is missing"],
  "no-body-in-document": ["warn", () => "the document knows no body for this operation"],
  "wrong-type": [
    "warn",
    ({ at, value, type, types }) => `${placed(at, value)} is ${article(type)}, ${wanted(types)} is wanted`,
  ],
  "no-form": [
    "warn",
    ({ at, value, forms, first }) =>
      `${placed(at, value)} fits none of its ${forms} forms${first ? ` (${sentenceOf(first)})` : ""}`,
  ],
};

export function severityOf({ kind }: Problem): Severity {
  return kinds[kind][0];
}

/** The one place that words a problem. */
export function sentenceOf(problem: Problem): string {
  const [, words] = kinds[problem.kind];
  return (words as (problem: Problem) => string)(problem);
}

/** Members of a call's arguments. */
export const argumentNames = ["path", "query", "headers", "cookies", "body", "contentType", "check"];

const nonsense: Partial<Record<Nonsense, string>> = {
  function: "a function was given; call it",
  symbol: "a symbol was given",
  promise: "a promise was given; await it first",
  date: "a Date was given that is no date",
  map: "a Map was given; give Object.fromEntries(map)",
  set: "a Set was given; give [...set]",
};

function missing({ at, name, instead }: { at: string; name: string; instead: string | undefined }): string {
  return `${at}.${name} is missing${instead === undefined ? "" : ` (you gave ${instead})`}`;
}

function unknown({ at, name, names }: { at: string; name: string; names: string[] }): string {
  return `${at}.${name} is not known${meant(name, names)}`;
}

const placed = (at: string, value: Primitive | undefined) =>
  value === undefined ? at : `${at}: ${inShort(value)}`;

function meant(name: string, names: readonly string[]): string {
  const nearest = nearestNames(names, name);
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
