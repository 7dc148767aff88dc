/** What `npm run new` writes: for each kind of member the file and its test. Pure. */

export interface Member {
  /** Path from the root → content. */
  files: Record<string, string>;
  /** What a person does next. */
  next: string;
}

export const kinds = {
  scheme: {
    what: "a security scheme",
    member: (name: string): Member => ({
      files: {
        [`src/gateway/sign/schemes/${name}.ts`]: `/** \`type: http\` with \`scheme: ${name}\`: the secret follows the scheme's name in \`Authorization\`. */
import { authorization } from "../../../request/security.ts";
import type { Scheme } from "./scheme.ts";

export const ${constantOf(name)}: Scheme = {
  name: "${name}",
  examples: [{ declared: { type: "http", scheme: "${name}" }, secret: "planted" }],
  handles: (declared) => declared.type === "http" && declared.scheme?.toLowerCase() === "${name}",
  heldIn: (secret) => [secret],
  sign: ({ secret }) => ({
    ok: true,
    credential: { ...authorization, value: \`${name} \${secret}\` },
    secrets: [],
  }),
};
`,
        [`test/gateway/sign/schemes/${name}.test.ts`]: `import { expect, it } from "vitest";
import { schemeFor } from "../../../../src/gateway/sign/scheme-for.ts";
import { authorization } from "../../../../src/request/security.ts";
import { ${constantOf(name)} } from "../../../../src/gateway/sign/schemes/${name}.ts";

const declared = { type: "http" as const, scheme: "${name}" };
const context = { name: "key", declared, secret: "planted", secretName: "KEY", scopes: [] };

it("signs what a document declares as http ${name}, in any case", () => {
  expect(schemeFor(declared)).toBe(${constantOf(name)});
  expect(schemeFor({ ...declared, scheme: "${name.toUpperCase()}" })).toBe(${constantOf(name)});
});

it("puts the secret in its place, and names it so that answers do not show it", async () => {
  const send = () => Promise.reject(new Error("nothing is sent to sign"));
  expect(await ${constantOf(name)}.sign({ ...context, send })).toEqual({
    ok: true,
    credential: { ...authorization, value: "${name} planted" },
    secrets: [],
  });
});
`,
      },
      next: "Change `handles` to what documents declare and `sign` to what the API wants; the test shows what it does so far.",
    }),
  },
  rule: {
    what: "a policy rule",
    member: (name: string): Member => ({
      files: {
        [`src/gateway/decide/policy/${name}.ts`]: `/** Refuses the operations that the document tags "${name}". */
import type { Rule, Verdict } from "./rule.ts";

const name = "no ${wordsOf(name)}";

export const ${constantOf(name)}: Rule = {
  name,
  order: 3,
  decide({ operation }): Verdict | undefined {
    if (!operation.tags.includes("${name}")) return undefined;
    const message = \`\${operation.id} is tagged "${name}", which this server does not allow. Tell the user.\`;
    return {
      effect: "deny",
      rule: name,
      failure: { kind: "denied", operation: operation.id, rule: name, message },
    };
  },
};
`,
        [`test/gateway/decide/policy/${name}.test.ts`]: `import { expect, it } from "vitest";
import { ${constantOf(name)} } from "../../../../src/gateway/decide/policy/${name}.ts";
import { subjectWith } from "../../../setup/subject.ts";

it("denies an operation with the tag ${name}", () => {
  expect(${constantOf(name)}.decide(subjectWith({ operation: { tags: ["${name}"] } }))).toMatchObject({
    effect: "deny",
    failure: { kind: "denied", operation: "listThings" },
  });
});

it("has no verdict on other operations", () => {
  expect(${constantOf(name)}.decide(subjectWith({ operation: { tags: ["other"] } }))).toBeUndefined();
});
`,
      },
      next: "Change the condition and the message. A rule is pure; its denial names the rule and says what to do next.",
    }),
  },
  sink: {
    what: "an audit sink",
    member: (name: string): Member => ({
      files: {
        [`src/gateway/record/sinks/${name}.ts`]: `/** Logs one line for each run that failed. */
import { logEvent } from "../../../terms/log.ts";
import type { Sink } from "./sink.ts";

export const ${constantOf(name)}: Sink = {
  name: "${name}",
  end: ({ record }, { userId }) => {
    if (record.outcome === "ok") return;
    logEvent("isogate.${name}", { "user.id": userId, "isogate.run.id": record.runId });
  },
};
`,
        [`test/gateway/record/sinks/${name}.test.ts`]: `import { afterEach, expect, it, vi } from "vitest";
import type { SinkContext } from "../../../../src/gateway/record/sinks/sink.ts";
import { ${constantOf(name)} } from "../../../../src/gateway/record/sinks/${name}.ts";
import { record } from "../../../store/ledger/sample.ts";

// This sink takes nothing from the environment.
const context: SinkContext = { env: {} as Env, userId: "u1" };
const log = vi.spyOn(console, "log").mockImplementation(() => {});
afterEach(() => log.mockClear());

it("names the run that failed", () => {
  const failure = { kind: "timed-out" as const, limitMs: 1 };
  const failed = record({ runId: "r7" }, { ok: false, failure, logs: [] });
  void ${constantOf(name)}.end({ record: failed, lost: 0 }, context);
  expect(log.mock.calls.join()).toContain('"isogate.run.id":"r7"');
});

it("logs nothing for a run that succeeded", () => {
  void ${constantOf(name)}.end({ record: record(), lost: 0 }, context);
  expect(log).not.toHaveBeenCalled();
});
`,
      },
      next: "Write the record where it belongs. A rejection counts the record as lost; a sink never delays a run.",
    }),
  },
};
export type Kind = keyof typeof kinds;

function constantOf(name: string): string {
  return name.replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function wordsOf(name: string): string {
  return name.replaceAll("-", " ");
}
