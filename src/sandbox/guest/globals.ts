/**
 * What a program has in scope. Everything is made when it is first touched; a name that stands for nothing here says
 * which one does.
 */
import type * as catalogsPart from "./catalogs.ts";
import { calledBy, type Api, type NamedApi } from "./api.ts";
import type * as describePart from "./descriptions.ts";
import type * as findPart from "../../spec/read/find.ts";
import type * as clientPart from "./client/index.ts";
import type * as pagesPart from "./client/pages.ts";
import type * as writingPart from "./client/writing.ts";
import type * as filesPart from "./files.ts";
import type * as eachPart from "./each.ts";
import { once } from "../../terms/once.ts";
import { notKept, notLasting } from "../limits.ts";
import type { GuestRun } from "./contract.ts";
import * as own from "./primordials.ts";
import type * as recallPart from "./recall.ts";
import type { Lasting } from "./lasting.ts";
import type { OpenState } from "./state.ts";
import { shipped } from "./shipped.ts";

/** The ways out of the isolate besides the network, and what was uploaded. */
export interface Outside {
  recall: recallPart.Recall | undefined;
  files: filesPart.Files | undefined;
  uploads: filesPart.Upload[] | undefined;
  insisted: GuestRun["insisted"];
  input: GuestRun["input"];
  programs: GuestRun["programs"];
}

/** What was shipped for the program, and the APIs as far as it may look into them. */
export interface Parts {
  /** All of the run. */
  named: NamedApi[];
  catalogs: typeof catalogsPart | undefined;
  describe: typeof describePart | undefined;
  find: typeof findPart | undefined;
  client: typeof clientPart | undefined;
  /** For isolates whose calls the host does not write. */
  writing: typeof writingPart | undefined;
  recall: typeof recallPart | undefined;
  each: typeof eachPart.each | undefined;
  state: OpenState | undefined;
  pages: typeof pagesPart | undefined;
  files: typeof filesPart | undefined;
  lasting: Lasting | undefined;
  /** It is a run of a kept program. */
  isKept: boolean;
  /** Those that it may look into. */
  apis: Api[];
}

export interface Scope {
  /** The object of all globals that the program's function is called with. */
  globals: Record<string, unknown>;
  /** What to say of a name that is not defined. */
  hint(name: string): string | undefined;
  /** The JSON text of the result as it is replied: several descriptions in it keep to one budget. */
  inReply(json: string): string;
}

export function installGlobals(
  tool: GuestRun["tool"],
  { named, apis, ...parts }: Parts,
  { recall, files, uploads = [], insisted, input, programs = [] }: Outside,
): Scope {
  const names = named.map(({ name }) => name);
  const { lasting, isKept } = parts;
  const fetch = lasting?.fetch ?? globalThis.fetch;
  // What its callbacks throw is printed by the runtime, past the console of the program.
  own.deleteProperty(globalThis, "FinalizationRegistry");
  const catalogs = once(() => shipped(parts.catalogs).joined(apis, { ...parts, programs }));
  const client = () => shipped(parts.client);
  const documents = once(() => shipped(parts.catalogs) && byName(apis, "specs", (api) => api.open().spec));
  const clients = once(() => {
    const { createClient, hostWriter } = client();
    const clientOf = (api: NamedApi, made: Parameters<typeof createClient>[0]) =>
      createClient(made, {
        ...api.client,
        api: api.name,
        called: calledBy(api, named),
        fetch,
        pages: parts.pages,
        insisted,
      });
    if (!parts.writing) return byName(named, "apis", (api) => clientOf(api, hostWriter(api.name)));
    const { writerOf } = parts.writing;
    return byName(apis, "apis", (api) => {
      const config = { api: api.name, signed: [], ...api.client };
      return clientOf(api, writerOf(api.open(), config));
    });
  });
  let inReply: Scope["inReply"] = (json) => json;
  const values: Record<string, () => unknown> = {
    spec: () => theOne(names, "spec", "specs", documents()),
    specs: documents,
    operations: () => catalogs().operations(),
    find: () => catalogs().find,
    describe: () => {
      ({ inReply } = catalogs().descriptions());
      return catalogs().descriptions().describe;
    },
    recall: () => shipped(parts.recall).recaller(recall),
  };
  if (tool === "execute") {
    values["api"] = () => theOne(names, "api", "apis", clients());
    values["apis"] = clients;
    values["fetch"] = () => client().plainFetch(fetch);
    values["file"] = () => shipped(parts.files).fileOf(files);
    values["files"] = () => shipped(parts.files).uploadsOf(files, uploads);
    values["each"] = () => shipped(parts.each);
    values["state"] = () => shipped(parts.state).value;
    values["sleep"] = () => inBackground(lasting).sleep;
    values["until"] = () => inBackground(lasting).until;
    values["run"] = () => shipped(parts.recall).runner(recall);
    for (const name of lasting ? (isKept ? notKept : notLasting) : [])
      values[name] = () => notInBackground(name);
    if (isKept) values["input"] = () => own.parseJson(input ?? "null") as unknown;
    // What calls throw, for `error instanceof ApiError`.
    if (parts.client) {
      const value = parts.client.ApiError;
      own.defineProperty(globalThis, "ApiError", { value, writable: true, configurable: true });
    }
  } else {
    for (const name of ["api", "apis", "state", "files"]) values[name] = () => notInSearch(name);
    for (const name of ["fetch", "each", "file", "sleep", "until", "run"])
      values[name] = () => () => notInSearch(name);
  }
  const globals: Record<string, unknown> = {};
  for (const [name, make] of Object.entries(values)) {
    const get = once(make);
    own.defineProperty(globals, name, { get, enumerable: true, configurable: true });
    const set = name === "state" ? parts.state?.replace : undefined;
    own.defineProperty(globalThis, name, { get, set: set ?? replace(name), configurable: true });
  }
  const inScope = Object.keys(values).filter((name) =>
    tool === "execute" ? lasting || !lastingOnly.includes(name) : !searchless.includes(name),
  );
  return { globals, hint: hintsFor(tool, names, inScope), inReply: (json) => told(json, inReply) };
}

/** A program that has broken what the descriptions are written with gets its result as it is. */
function told(json: string, inReply: Scope["inReply"]): string {
  try {
    const text: unknown = inReply(json);
    return typeof text === "string" ? text : json;
  } catch {
    return json;
  }
}

const searchless = ["api", "apis", "fetch", "each", "state", "file", "files", "sleep", "until", "run"];

const lastingOnly = ["sleep", "until"];

function notInBackground(name: string): never {
  throw new own.NativeReferenceError(`${name} is not there in a run in the background.`);
}

function inBackground(lasting: Lasting | undefined): Lasting {
  if (lasting) return lasting;
  throw new own.NativeReferenceError("sleep and until are there with background: true only.");
}

/** Lets `find = …` do what it does with any other global. */
function replace(name: string): (value: unknown) => void {
  return (value) => void own.defineProperty(globalThis, name, { value, writable: true, configurable: true });
}

function theOne(names: string[], global: string, plural: string, all: Record<string, unknown>): unknown {
  const [only] = names;
  if (names.length === 1 && only !== undefined) return all[only];
  const right = names.map((name) => `${plural}.${name}`).join(", ");
  throw new own.NativeReferenceError(
    names.length === 0
      ? `${global} is not there: no API is configured.`
      : `${global} is not one thing here, there are ${names.length} APIs: use ${right}.`,
  );
}

/** An object with one member for each API, made when touched. A name that is no API says which ones are. */
function byName<One extends NamedApi>(
  apis: One[],
  global: string,
  make: (api: One) => unknown,
): Record<string, unknown> {
  const all: Record<string, unknown> = {};
  for (const api of apis) own.defineProperty(all, api.name, { get: once(() => make(api)), enumerable: true });
  const names = apis.map(({ name }) => `${global}.${name}`).join(", ");
  return new own.NativeProxy(all, {
    get: (target, key) => {
      if (typeof key === "symbol" || key in target || key === "then" || key === "toJSON")
        return Reflect.get(target, key) as unknown;
      throw new own.NativeReferenceError(
        `${global}.${key} does not exist: ${apis.length === 1 ? "there is only" : "there are"} ${names}.`,
      );
    },
  });
}

function notInSearch(name: string): never {
  throw new own.NativeReferenceError(
    `${name} is not in search, which ${name.startsWith("file") ? "makes and reads no files: use" : "has no network: call the API in"} the tool execute.`,
  );
}

/** Names that models try because other servers have them, or Node. */
const elsewhere: Record<string, string> = {
  require: "Modules cannot be loaded.",
  process: "There is no process and no environment here.",
  Buffer: "Use Uint8Array, TextEncoder, atob and btoa.",
  document: "The OpenAPI document is spec.",
  openapi: "The OpenAPI document is spec.",
  paths: "The paths are spec.paths; operations is the flat list.",
};

function hintsFor(tool: string, names: string[], inScope: string[]): (name: string) => string | undefined {
  return (missing) => {
    for (const name of names)
      if (name === missing)
        return `Use ${tool === "execute" ? `apis.${name} (its client) or ` : ""}specs.${name} (its document).`;
    const said = own.hasOwn(elsewhere, missing) ? `${elsewhere[missing]} ` : "";
    return `${said}In scope are ${inScope.join(", ")}.`;
  };
}
