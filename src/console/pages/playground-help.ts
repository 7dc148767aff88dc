/** What the editor of the playground asks for while a person types: words to complete with, and what the check says. */
import { checkCode, readCode } from "../../check/read-code.ts";
import { Access } from "../../terms/api-file.ts";
import { describeFailure, type Failure } from "../../terms/failure.ts";
import { openDeployed, readManifest } from "../../store/catalogs.ts";
import { globalNames, type GlobalName } from "../../terms/program.ts";
import { argumentsOf } from "../parts/example-code.ts";
import { consoleClient, consoleName, type ConsoleContext } from "../context.ts";

const fresh = { "Cache-Control": "no-store" };

/** What each global is; `execute` if only that tool has it. */
const globals: Record<GlobalName, [words: string, tool?: "execute"]> = {
  spec: ["the OpenAPI document"],
  specs: ["the documents by name"],
  operations: ["{ id, method, path, summary, tags, access }[]"],
  find: ["ranked operations for plain words"],
  describe: ["how an operation is called"],
  api: ["the API", "execute"],
  apis: ["the APIs by name", "execute"],
  fetch: ["through the same gateway", "execute"],
  recall: ["the result of an earlier run", "execute"],
  file: ["hands you a file", "execute"],
  files: ["what you uploaded, by name", "execute"],
  each: ["a function over many items, a few at a time", "execute"],
  state: ["an object that later runs have again", "execute"],
  sleep: ['with background: true, waits: await sleep("2 hours")', "execute"],
  until: ["with background: true, waits until a date: await until(date)", "execute"],
  run: ["runs a kept program: await run(name, input)", "execute"],
  input: ["with keep, what the program is called with", "execute"],
};
/** With several APIs, code names the one that it means. */
const ofOneApi = new Set<GlobalName>(["spec", "api"]);

/** The globals and the APIs; with `api`, its operations; with `operation` too, what that takes. */
export async function playgroundWords(c: ConsoleContext): Promise<Response> {
  const { CATALOGS } = c.env.env;
  const { apis } = await readManifest(CATALOGS);
  const { api: name, operation: id } = c.req.query();
  if (name === undefined) {
    const there = globalNames.filter((one) => apis.length === 1 || !ofOneApi.has(one));
    const words = {
      apis: apis.map(({ name: api, title }) => ({ api, title })),
      globals: there.map((one) => [one, ...globals[one]]),
    };
    return c.json(words, 200, fresh);
  }
  const api = apis.find((one) => one.name === name);
  if (!api) return c.json({ operations: [] }, 404, fresh);
  const catalog = await openDeployed(CATALOGS, api);
  if (id === undefined) {
    const operations = catalog.operations.map(({ id: operation, method, path, summary }) => [
      operation,
      method,
      path,
      summary,
    ]);
    return c.json({ operations }, 200, fresh);
  }
  const operation = catalog.operations.find((one) => one.id === id);
  const list = operation ? argumentsOf(catalog, operation) : [];
  return c.json(
    {
      arguments: list.map(({ name: argument, in: place, required }) => ({
        name: argument,
        in: place,
        required,
      })),
    },
    200,
    fresh,
  );
}

interface Problem {
  /** In the code, 1-based; missing if it is about all of it. */
  line?: number;
  message: string;
}

/** Judges code without running it, as a call of a client would be judged first. */
export async function playgroundCheck(c: ConsoleContext, fields: URLSearchParams): Promise<Response> {
  const { env, user } = c.env;
  const code = fields.get("code") ?? "";
  const { apis } = await readManifest(env.CATALOGS);
  const caller = {
    userId: user.id,
    clientId: consoleClient,
    clientName: consoleName,
    access: Object.fromEntries(apis.map(({ name }) => [name, Access.options])),
  };
  const read =
    fields.get("tool") === "execute" ? await checkCode(code, { env, caller, apis }) : readCode(code, apis);
  const problems: Problem[] = read.ok
    ? read.warnings.map((message) => ({ message: String(message) }))
    : [problemOf(read.failure)];
  return c.json({ problems }, 200, fresh);
}

function problemOf(failure: Failure): Problem {
  const { line, ...rest } = { line: undefined, ...failure };
  // Nothing has run, and the line is beside it.
  const { sentence, next } = describeFailure(failure.kind === "syntax" ? failure : (rest as Failure));
  return {
    ...(line !== undefined && { line }),
    message: failure.kind === "syntax" ? sentence : `${sentence}\n${next}`,
  };
}
