/**
 * What can be wrong with the arguments of a call: as data, how sure it is, and in words. Nothing else words such a
 * problem, and nothing reads the words.
 */
import type { Group } from "../spec/read/required.ts";
import { isForm, isJson } from "../terms/media-type.ts";
import { alternatives, type Known, type Nonsense, type Primitive } from "./known.ts";
import { nearestNames } from "./nearest.ts";
import { operatorsWay } from "./refusal.ts";

/** `at` is the argument: `query`, `body.labels[0]`. `atMost`: how sure it is, where that is less than usual. */
export type Problem = Fault & { atMost?: Severity };

type Fault =
  /** `given`: what was given, where it may be taken for an object. */
  | { kind: "not-an-object"; at: string; given?: string | undefined }
  | { kind: "not-a-string"; at: string }
  | { kind: "unknown-argument"; name: string; instead: string | undefined }
  /** Beside `path`, `query` … instead of in it. */
  | { kind: "not-in-group"; name: string; group: Group }
  | { kind: "misplaced"; at: Group; name: string; group: Group }
  | { kind: "body-members"; names: string[] }
  | { kind: "nonsense"; at: string; what: Nonsense }
  | { kind: "media-type"; at: string; asked: string; declared: readonly string[] }
  | { kind: "cannot-be-sent"; given: string; declared: readonly string[] }
  /** `letter`: what the charset does not have; undefined for a charset that is not known. */
  | { kind: "charset"; charset: string; letter: string | undefined }
  /** An object that does not say what the file is. */
  | { kind: "no-file"; at: string }
  | { kind: "no-body-by-method"; method: string }
  /** `instead`: a name that nothing knows and that is likely meant. */
  | { kind: "missing"; at: string; name: string; instead: string | undefined }
  | { kind: "missing-in-path"; at: string; name: string; instead: string | undefined }
  | { kind: "missing-body" }
  /** The document wants a body, and an empty one would do. */
  | { kind: "body-left-out" }
  | { kind: "no-body-in-document" }
  | { kind: "unknown-parameter"; at: Group; name: string; names: string[] }
  | { kind: "unknown-in-path"; name: string; names: string[] }
  | { kind: "lost-variable"; at: string; value: string }
  | { kind: "placeholder"; value: string; name: string }
  | { kind: "empty"; at: string }
  | { kind: "slash"; at: string; value: string }
  /** `why`: see `segmentProblem`. */
  | { kind: "segment"; at: string; why: string }
  | { kind: "header-name"; name: string }
  | { kind: "header-value"; at: string }
  /** `isSet`: the gateway sets it, or nobody may. */
  | { kind: "header-not-sent"; name: string; isSet: boolean }
  | { kind: "cookie"; at: string }
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
 * `never`: it cannot be sent, whatever the document says. `refuse`: it cannot work. `once`: the document says so, but
 * documents are often wrong here, so the same code passes when it is sent again. `warn`: shown if the run goes wrong.
 */
export type Severity = "never" | "refuse" | "once" | "warn";

type Words<K> = (problem: Extract<Fault, { kind: K }>) => string;

/** How sure each kind is, and its words: the argument, what is wrong with it, what to write instead. */
const kinds: { [K in Problem["kind"]]: [Severity, Words<K>] } = {
  "not-an-object": [
    "never",
    ({ at, given }) =>
      (at || "the second argument") +
      " has to be an object" +
      (at ? "" : " { path, query, headers, cookies, body }") +
      (given === undefined ? "" : `; ${given} was given`),
  ],
  "not-a-string": ["never", (p) => p.at + " has to be a string"],
  "unknown-argument": [
    "never",
    ({ name, instead }) =>
      `${name} is not an argument${instead ? `; did you mean ${instead}?` : meant(name, argumentNames)}`,
  ],
  "not-in-group": ["never", ({ name, group }) => `${name} belongs in ${group}: ${wrapped(group, [name])}`],
  "body-members": [
    "never",
    ({ names }) => `${names.join(", ")}: members of the body belong in body: ${wrapped("body", names)}`,
  ],
  nonsense: ["never", ({ at, what }) => `${at}: ${nonsense[what] ?? what + " cannot be sent"}`],
  "media-type": [
    "never",
    (p) =>
      `${placed({ at: p.at, value: p.asked })} is not ${p.declared.length > 0 ? `one of ${p.declared.join(", ")}` : "a media type"}`,
  ],
  "cannot-be-sent": [
    "never",
    (p) =>
      `body: ${p.given} cannot be sent as ${p.declared.join(" or ")}; give ${givable(p.given, p.declared)}`,
  ],
  charset: [
    "never",
    ({ charset, letter }) =>
      `body: ${letter === undefined ? "text" : JSON.stringify(letter)} cannot be written in the charset ${inShort(charset)}; give bytes${letter === undefined ? "" : ", or a contentType with charset=utf-8"}`,
  ],
  "no-file": [
    "refuse",
    (p) => p.at + " is a file; give a Blob, a File or { filename, content, contentType }",
  ],
  "no-body-by-method": ["never", (p) => `body: a ${p.method} request has none; use query`],
  "missing-in-path": ["never", missing],
  empty: ["never", (p) => p.at + " is empty"],
  slash: [
    "never",
    (p) => `${placed(p)} holds a slash, but a value is one segment of the path; give only the id or name`,
  ],
  segment: ["never", (p) => `${p.at}: ${p.why}`],
  "header-name": ["never", (p) => `headers: ${inShort(p.name)} is not a header name`],
  "header-value": [
    "never",
    (p) => p.at + ": the value holds a line break, a NUL or characters outside ASCII",
  ],
  cookie: ["never", (p) => p.at + ": the name or the value holds a semicolon or a line break"],
  misplaced: ["refuse", (p) => `${p.at}.${p.name} belongs in ${p.group}`],
  missing: ["refuse", missing],
  "missing-body": ["refuse", noBody],
  "unknown-parameter": [
    "refuse",
    (p) =>
      unknown(p) +
      (p.at === "headers" && nearestNames(p.names, p.name).length === 0 ? `; ${operatorsWay}` : ""),
  ],
  "lost-variable": ["refuse", (p) => `${placed(p)} is what a variable without a value becomes`],
  placeholder: [
    "refuse",
    ({ value, name }) =>
      `path: replace ${inShort(value)} with a value, or write {${name}} and give ${wrapped("path", [name])}`,
  ],
  "not-one-of": [
    "refuse",
    (p) => {
      const shown = [...new Set(p.choices.map((choice) => JSON.stringify(choice)))];
      const near =
        shown.length > 20 && typeof p.value === "string" ? nearestNames(p.choices.map(String), p.value) : [];
      return `${placed(p)} is not one of ${listed(shown, 20)}${near.length > 0 ? ` (near: ${near.map(inShort).join(", ")})` : ""}`;
    },
  ],
  unreadable: ["refuse", (p) => `${placed(p)} is not ${wanted(p.types)}`],
  digits: [
    "refuse",
    (p) => `${placed(p)} is a string, ${wanted(p.types)} is wanted; give BigInt(${inShort(p.value)})`,
  ],
  "unknown-in-path": ["once", (p) => `query.${p.name} in the path is not known${meant(p.name, p.names)}`],
  "unknown-member": ["once", unknown],
  "header-not-sent": [
    "warn",
    ({ name, isSet }) =>
      `headers.${name} is not sent: ${isSet ? "code cannot set it" : `the operation does not declare it; ${operatorsWay}`}`,
  ],
  "body-left-out": ["warn", noBody],
  "no-body-in-document": ["warn", () => "the document has no body for this operation"],
  "wrong-type": ["warn", (p) => `${placed(p)} is ${wanted([p.type])}, ${wanted(p.types)} is wanted`],
  "no-form": [
    "warn",
    (p) => `${placed(p)} fits none of its ${p.forms} forms${p.first ? ` (${sentenceOf(p.first)})` : ""}`,
  ],
};

export function severityOf(problem: Problem): Severity {
  return milder(kinds[problem.kind][0], problem.atMost ?? "never");
}

export function milder(one: Severity, other: Severity): Severity {
  return order.indexOf(one) < order.indexOf(other) ? one : other;
}

const order: Severity[] = ["warn", "once", "refuse", "never"];

/** How sure it is that something is wrong if it goes one of several ways: as sure as in the best of them. */
export function sureInAll(ways: readonly (readonly Severity[])[]): Severity {
  const best = Math.min(...ways.map((way) => Math.max(-1, ...way.map((one) => order.indexOf(one)))));
  return order[best] ?? "warn";
}

/** What is wrong with a value that can turn out in several ways. If anything can come of it, nothing is. */
export function inAll(value: Known, problemsOf: (one: Known) => Problem[]): Problem[] {
  const ways = alternatives(value);
  const [only] = ways;
  if (only && ways.length === 1) return problemsOf(only);
  if (ways.some(({ kind }) => kind === "unknown")) return [];
  const found = ways.map(problemsOf);
  return atMost(sureInAll(found.map((problems) => problems.map(severityOf))), found.flat());
}

/** Problems that are no surer than this. */
export function atMost(most: Severity, problems: readonly Problem[]): Problem[] {
  return problems.map((problem) => ({ ...problem, atMost: milder(most, severityOf(problem)) }));
}

/** The members that lead to what is wrong inside of a body: `rrsets` and `ttl` for `body.rrsets[0].ttl`. */
export function membersInside(problems: readonly Problem[]): string[] {
  const inside = problems.filter((problem) => "at" in problem && /^body[.[].*/s.test(problem.at));
  return [
    ...new Set(
      inside.flatMap((problem) => [
        ...("at" in problem ? problem.at : "")
          .replaceAll(/\[\d+\]/g, "")
          .split(".")
          .slice(1),
        ...("name" in problem ? [problem.name] : []),
      ]),
    ),
  ].filter((name) => name !== "");
}

/** The one place that words a problem. */
/** What to give in place of what cannot be sent. */
function givable(given: string, declared: readonly string[]): string {
  if (given.startsWith("bytes")) return declared.every(isJson) ? "an object or a string" : "contentType";
  if (declared.every(isForm)) return given.endsWith("with bytes") ? "text in their place" : "an object";
  return "bytes or a string";
}

export function sentenceOf(problem: Problem): string {
  return (kinds[problem.kind][1] as Words<string>)(problem as never);
}

/** Members of a call's arguments. */
export const argumentNames = ["path", "query", "headers", "cookies", "body", "contentType", "check"];

const nonsense: Partial<Record<Nonsense, string>> = {
  function: "a function was given; call it",
  symbol: "a symbol was given",
  promise: "a promise was given; await it first",
  date: "the Date is invalid",
  map: "a Map was given; give Object.fromEntries(map)",
  set: "a Set was given; give [...set]",
  "an object of the class Response": "a Response was given; give its .body, or what await its .json() gives",
};

function missing({ at, name, instead }: { at: string; name: string; instead: string | undefined }): string {
  return `${at}.${name} is missing${instead === undefined ? "" : ` (you gave ${instead})`}`;
}

function unknown({ at, name, names }: { at: string; name: string; names: string[] }): string {
  return `${at}.${name} is not known${meant(name, names)}`;
}

function noBody(): string {
  return "body is missing";
}

function placed({ at, value }: { at: string; value: Primitive | undefined }): string {
  return value === undefined ? at : `${at}: ${inShort(value)}`;
}

function meant(name: string, names: readonly string[]): string {
  const nearest = nearestNames(names, name);
  if (nearest.length > 0) return `; did you mean ${nearest.join(" or ")}?`;
  return names.length === 0 ? "; there are none" : `; known are ${listed(names, 15)}`;
}

function listed(texts: readonly string[], most: number): string {
  const more = texts.length > most ? ` and ${texts.length - most} more` : "";
  return texts.slice(0, most).join(", ") + more;
}

/** `{ body: { name: … } }` */
function wrapped(group: string, names: readonly string[]): string {
  const members = names.map(
    (name) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name)) + ": …",
  );
  return `{ ${group}: { ${members.join(", ")} } }`;
}

function wanted(types: readonly string[]): string {
  return types.map((type) => (type === "null" ? "" : /^[aio]/.test(type) ? "an " : "a ") + type).join(" or ");
}

function inShort(value: Primitive): string {
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
