/** What the clients do, and what has to come back. Every step leaves marks or looks for them. */
import { markOf } from "./marks.ts";
import type { Person, ToolResult } from "./people.ts";

export interface Step {
  name: string;
  tool: "search" | "execute";
  code(at: Situation): string;
  /** A sentence if the answer is not what it has to be. */
  problem(result: ToolResult, at: Situation): string | undefined;
}

export interface Situation {
  person: Person;
  /** The newest run of this person that holds their recall mark. */
  own: string | undefined;
  /** A run of somebody else. */
  foreign: string | undefined;
  /** Another user's number. */
  other: number;
}

const mark = ({ person: { user, salt } }: Situation, kind: "data" | "log" | "recall") =>
  markOf(kind, user, salt);
const contents = ({ structuredContent }: ToolResult) => JSON.stringify(structuredContent ?? {});
const wants = (result: ToolResult, ...texts: string[]) => {
  const missing = texts.find((text) => !contents(result).includes(text));
  return missing === undefined ? undefined : `${missing} is missing in ${contents(result).slice(0, 300)}`;
};
const wantsKind = ({ structuredContent }: ToolResult, kind: string) =>
  structuredContent?.error?.kind === kind
    ? undefined
    : `${kind} was expected; it is ${JSON.stringify(structuredContent ?? {}).slice(0, 300)}`;

export const steps: readonly Step[] = [
  {
    name: "search",
    tool: "search",
    code: (at) => `console.log("${mark(at, "log")}"); return find("things", { limit: 3 }).map(describe)`,
    problem: (result, at) => wants(result, mark(at, "log"), "listThings"),
  },
  {
    name: "read",
    tool: "execute",
    code: (at) =>
      `console.log("${mark(at, "log")}"); const { data } = await api.get("/users/{user}/things", { path: { user: ${at.person.user} } }); return data.slice(0, 2)`,
    problem: (result, at) => wants(result, mark(at, "log"), mark(at, "data")),
  },
  {
    name: "pages",
    tool: "execute",
    code: (at) =>
      `const all = await api.pages("/users/{user}/things", { path: { user: ${at.person.user} } }).all(); return { count: all.length, marks: [...new Set(all.map((thing) => thing.mark))] }`,
    problem: (result, at) => wants(result, '"count":60', mark(at, "data")),
  },
  {
    name: "several",
    tool: "execute",
    code: () =>
      `const [me, echo, slow] = await Promise.all([api.get("/me"), api.get("/echo"), api.get("/slow")]); return [me.data, echo.data, slow.data]`,
    problem: (result, at) => wants(result, mark(at, "data"), "[redacted]"),
  },
  {
    name: "write",
    tool: "execute",
    code: (at) =>
      `return (await api.post("/users/{user}/things", { path: { user: ${at.person.user} }, body: { from: "${mark(at, "log")}" } })).data`,
    problem: (result, at) =>
      at.person.mayWrite
        ? wants(result, mark(at, "data"), mark(at, "log"))
        : wantsKind(result, "needs-scope"),
  },
  {
    name: "keep",
    tool: "execute",
    code: (at) => `return { kept: "${mark(at, "recall")}" }`,
    problem: (result, at) => wants(result, mark(at, "recall")),
  },
  {
    name: "recall",
    tool: "execute",
    code: (at) => (at.own ? `return await recall("${at.own}")` : `return "${mark(at, "recall")}"`),
    problem: (result, at) => wants(result, mark(at, "recall")),
  },
  {
    name: "recall another's",
    tool: "execute",
    code: (at) => `return await recall("${at.foreign ?? "r2345678abcde"}")`,
    problem: (result) => wantsKind(result, "thrown"),
  },
  {
    name: "read another's",
    tool: "execute",
    code: (at) => `return await api.get("/users/{user}/things", { path: { user: ${at.other} } })`,
    problem: (result) => wantsKind(result, "upstream-error"),
  },
  {
    name: "throw",
    tool: "execute",
    code: (at) => `await api.get("/me"); throw new Error("${mark(at, "log")}")`,
    problem: (result, at) => wants(result, mark(at, "log")) ?? wantsKind(result, "thrown"),
  },
];
