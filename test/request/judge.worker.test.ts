/**
 * "Is this a valid call?" has one answer, whoever is asked: the check before the run, the client in a real isolate,
 * and `describe`, which shows what has to be given.
 */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { checkProgram } from "../../src/check/check.ts";
import type { CheckedApi } from "../../src/check/examine.ts";
import { parseProgram } from "../../src/check/parse.ts";
import type { Failure } from "../../src/terms/failure.ts";
import { openDeployed } from "../../src/store/catalogs.ts";
import { deploy, executeOn } from "../gateway/running.ts";
import { type Answer, type Case, cases, nowhere, sharedSchemas } from "./judge-cases.ts";

interface Said {
  answer: Answer;
  problems: string[];
}

const methodOf = ({ method = "post" }: Case) => method;
const callOf = (one: Case, index: number) => {
  const path = (one.path ?? `$${one.below ?? ""}`).replace("$", `/c/${index}`);
  const args = `(${JSON.stringify(path)}, ${one.args})`;
  return one.pages ? `api.pages${args}.all()` : `api.${methodOf(one)}${args}`;
};

const document = {
  openapi: "3.1.0",
  info: { title: "Cases", version: "1" },
  servers: [{ url: "/" }],
  components: {
    schemas: sharedSchemas,
    securitySchemes: { app: { type: "apiKey", in: "query", name: "appid" } },
  },
  paths: Object.fromEntries([
    ["/sent", { get: { operationId: "sent", responses: {} } }],
    ...cases.map((one, index) => [
      `/c/${index}${one.below ?? ""}`,
      { [methodOf(one)]: { operationId: `case${index}`, responses: {}, ...one.operation } },
    ]),
  ]) as Record<string, unknown>,
};

let checked: CheckedApi;
beforeAll(async () => {
  const api = await deploy({ document, file: { headers: ["Dropbox-API-Arg"] } });
  checked = { api, catalog: await openDeployed(env.CATALOGS, api) };
});

async function checkedBefore(call: string, sentBefore: boolean) {
  const parsed = parseProgram(`return await ${call}`);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.failure));
  const verdict = await checkProgram(parsed.program, [checked], { sentBefore: async () => sentBefore });
  return verdict.ok ? { insisted: await verdict.insisted } : { failure: verdict.failure };
}

async function askCheck(call: string): Promise<Said> {
  return saidBy((await checkedBefore(call, false)).failure);
}

function saidBy(failure: Failure | undefined): Said {
  if (!failure) return { answer: "accepted", problems: [] };
  if (failure.kind !== "bad-arguments") throw new Error(JSON.stringify(failure));
  return { answer: failure.passable ? "once" : "refused", problems: failure.problems.toSorted() };
}

const perRun = 40;

/** What became of each call in an isolate: whatever is no refusal of the client was sent, and so accepted. */
async function inIsolate(calls: readonly string[], first = ""): Promise<(Failure | undefined)[]> {
  const failures: (Failure | undefined)[] = [];
  for (let start = 0; start < calls.length; start += perRun) {
    const batch = calls.slice(start, start + perRun);
    const ran = await executeOn(
      `const failures = []; ${first}
       for (const call of [${batch.map((call) => `() => ${call}`).join(",\n")}]) {
         try { await call(); failures.push(null) }
         catch (error) { failures.push(error.status > 0 ? null : (error.failure ?? { kind: String(error) })) }
       }
       return failures`,
      [checked.api as Parameters<typeof executeOn>[1][number]],
    );
    expect(ran.failure).toBeUndefined();
    failures.push(...(ran.value as (Failure | null)[]).map((failure) => failure ?? undefined));
  }
  return failures;
}

const wants = (...answers: Answer[]) =>
  cases.flatMap((one, index) =>
    answers.includes(one.want) ? [{ ...one, index, call: callOf(one, index) }] : [],
  );

it("has enough cases to mean something", () => {
  expect(cases.length).toBeGreaterThanOrEqual(200);
  expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
});

describe("the check before the run", () => {
  it("gives the answer of the table", async () => {
    const wrong: unknown[] = [];
    for (const [index, one] of cases.entries()) {
      const call = callOf(one, index);
      const said = await askCheck(call);
      if (said.answer !== one.want || (one.says && String(said.problems) !== String(one.says.toSorted())))
        wrong.push({ name: one.name, call, want: one.want, says: one.says, said });
    }
    expect(wrong).toEqual([]);
  });

  it("passes what it refuses once when the same code is sent again", async () => {
    for (const { call, name } of wants("once")) {
      expect(await checkedBefore(call, true), name).toEqual({ insisted: true });
    }
  });
});

describe("the client in an isolate", () => {
  it("refuses what the check refuses, with the same words, before anything has been sent", async () => {
    const refused = wants("refused", "once");
    const failures = await inIsolate(refused.map(({ call }) => call));
    const wrong: unknown[] = [];
    for (const [position, one] of refused.entries()) {
      const said = saidBy(failures[position]);
      const before = await askCheck(one.call);
      if (JSON.stringify(said) !== JSON.stringify(before))
        wrong.push({ name: one.name, call: one.call, said, before });
    }
    expect(wrong).toEqual([]);
  });

  it("sends what the check accepts, and what it refuses once as soon as something has been sent", async () => {
    const accepted = wants("accepted", "once").filter((one) => !one.late);
    const failures = await inIsolate(
      accepted.map(({ call }) => call),
      `try { await api.get("/sent") } catch {}`,
    );
    const wrong = accepted.flatMap((one, position) =>
      failures[position] ? [{ ...one, said: failures[position] }] : [],
    );
    expect(wrong).toEqual([]);
  });

  it("refuses what only shows in the isolate", async () => {
    const late = wants("accepted").filter((one) => one.late);
    expect(late.length).toBeGreaterThan(1);
    const failures = await inIsolate(late.map(({ call }) => call));
    expect(failures.map((failure) => saidBy(failure).problems)).toEqual(late.map((one) => one.late));
  });

  it("sends a first call that the check accepts", async () => {
    const accepted = wants("accepted");
    const [first] = await inIsolate([accepted[0]?.call ?? ""]);
    expect(first).toBeUndefined();
  });
});

describe("describe", () => {
  it("shows as required what the check and the client call missing", async () => {
    // Operations that differ only in the name of their path are one.
    const distinct = new Map(
      cases.map((one, index) => [JSON.stringify([methodOf(one), one.below, one.operation]), index]),
    );
    const operations = [...distinct.values()].map((index) => ({
      index,
      body: hasBody(cases[index] as Case),
    }));
    const calls = operations.flatMap(({ index, body }) => [
      `api.call("case${index}", {})`,
      ...(body ? [`api.call("case${index}", { body: {} })`] : []),
    ]);
    const failures = await inIsolate(calls);
    const wrong: unknown[] = [];
    let position = 0;
    for (const { index, body } of operations) {
      const text = checked.catalog.describe(`case${index}`);
      const shown = requiredIn(text);
      const missing = new Set<string>();
      for (const call of calls.slice(position, position + (body ? 2 : 1))) {
        const inCheck = missingIn((await checkedBefore(call, false)).failure);
        const inClient = missingIn(failures[calls.indexOf(call)]);
        if (String(inCheck) !== String(inClient)) wrong.push({ call, inCheck, inClient });
        for (const name of inCheck) missing.add(name);
      }
      position += body ? 2 : 1;
      if (String([...missing].toSorted()) !== String(shown.toSorted()))
        wrong.push({ name: cases[index]?.name, text, shown, missing: [...missing] });
    }
    expect(wrong).toEqual([]);
  });

  it("is what an error shows", async () => {
    const [one] = wants("refused");
    const [failure] = await inIsolate([one?.call ?? ""]);
    expect(failure).toMatchObject({
      signature: checked.catalog.signature(
        checked.catalog.operations.find(({ id }) => id === `case${one?.index}`)!,
      ),
    });
  });
});

describe("an operation that is not there", () => {
  it("has the same nearest ones for the check and for the client", async () => {
    const failures = await inIsolate(nowhere.map(([call]) => call));
    for (const [position, [call, asked, nearest]] of nowhere.entries()) {
      const { failure } = await checkedBefore(call, false);
      if (failure?.kind !== "unknown-operation") throw new Error(`${call}: ${JSON.stringify(failure)}`);
      expect(failures[position], call).toEqual({
        kind: "unknown-operation",
        asked,
        nearest: failure.nearest,
      });
      if (nearest) expect(failure.nearest[0]).toBe(nearest);
    }
  });
});

/** Bodies that are objects: a form or JSON. */
function hasBody({ operation }: Case): boolean {
  return /json|form/.test(JSON.stringify(operation["requestBody"] ?? ""));
}

function missingIn(failure: Failure | undefined): string[] {
  const problems = failure?.kind === "bad-arguments" ? failure.problems : [];
  return problems.flatMap((problem) => /^(body|\w+\..+?) is missing/.exec(problem)?.[1] ?? []).toSorted();
}

/**
 * Names without a question mark: of the groups that hold parameters, their members; the body, and its members. Of a
 * union only those that all of its alternatives have.
 */
function requiredIn(described: string): string[] {
  const text = described.replaceAll(/\/\*.*?\*\//gs, "").replaceAll(/\/\/.*$/gm, "");
  const begin = text.indexOf(", {") + 2;
  const required: string[] = [];
  const above: string[] = [];
  let alternatives: string[][] = [[]];
  let last = "";
  const close = () => {
    const [first = [], ...others] = alternatives;
    required.push(...first.filter((name) => others.every((other) => other.includes(name))));
    alternatives = [[]];
  };
  const tokens = begin > 1 ? text.slice(begin).matchAll(/[{}|]|("(?:[^"\\]|\\.)*"|[\w$]+)(\??):/g) : [];
  for (const [token, key, optional] of tokens) {
    if (token === "{") above.push(last);
    else if (token === "}") last = above.pop() ?? "";
    else if (token === "|") {
      if (above.length === 1) alternatives.push([]);
    } else {
      last = key?.startsWith('"') ? (JSON.parse(key) as string) : (key ?? "");
      if (above.length === 1) close();
      if (optional) continue;
      if (above.length === 1 && last === "body") required.push(last);
      if (above.length === 2) alternatives.at(-1)?.push(`${above[1]}.${last}`);
    }
    if (above.length === 0) break;
  }
  close();
  return required;
}
