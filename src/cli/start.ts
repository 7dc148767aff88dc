/** `isogate start`: serves the configured APIs, or one document named on the command line, on this machine. */
import { existsSync, watchFile } from "node:fs";
import { join, resolve } from "node:path";
import { startDemoApi } from "../../demo/server.ts";
import { apisToServe, nameFor, prepareApi, type ConfiguredApi, type PreparedApi } from "./apis.ts";
import { faultCount, faultLines, printable, reportLines } from "./compile-report.ts";
import { ApiName, type Credential } from "../terms/api-file.ts";
import { isPath } from "../spec/load/load-document.ts";
import { connectSettings } from "../terms/clients.ts";
import { readLock } from "./api/lock.ts";
import { loadOwn } from "./own/project.ts";
import { withOwn } from "./own/stage.ts";
import { certificatesIn, certificatesVariable } from "./engine/certificates.ts";
import { ownValues, unsetLines } from "./own/values.ts";
import { notesOn } from "./notes.ts";
import { serverUrl } from "./server-url.ts";
import { assertDocumentName } from "./document-name.ts";
import { servedOf } from "./served.ts";
import { offers, terminalAsk } from "./offers.ts";
import { wantsProxy } from "./server/proxy.ts";
import { startRelay } from "./server/relay.ts";
import { finishRestore } from "./backup/finish-restore.ts";
import { assertReadable, unreadStates } from "./server/readable-state.ts";
import { lockState, StateInUse } from "./server/state-lock.ts";
import { ticking } from "./ticking.ts";
import { builtWorker } from "./server/built-worker.ts";
import { assertFree, freePortLike, originOf, startLocalServer } from "./server/local-server.ts";
import { messageOf } from "../terms/log.ts";
import { visible } from "../terms/visible.ts";
import { isLoopbackHost } from "../terms/loopback.ts";
import { allowanceFor } from "../request/address.ts";
import { documentHelp, optionsOf } from "./options.ts";
import { commandFor, places } from "./places.ts";
import { keepToOwner, tighten } from "./server/owner-only.ts";
import { unreachable } from "./server/reachable.ts";
import { terminalPrinter } from "./server/terminal-line.ts";
import { localSecret } from "./server/local-secret.ts";
import {
  bundledSecrets,
  credentialOption,
  demoToken,
  isDemo,
  mentionedIn,
  oddSecrets,
  secretsOf,
} from "./secrets.ts";
import { limitsFrom } from "./supervisor/limits.ts";
import { commandLine } from "./command-line.ts";
import { keeperVariable, runBridge } from "./stdio/bridge.ts";
import { keepPort, keptPort, kindOf, openKeeper } from "./stdio/keeper.ts";
import { admitter } from "./stdio/admit.ts";

const command = commandFor("start");
const help = `${commandFor("start", "[<file or URL>] [options]")}

Serves the APIs of specs/, including the bundled demo API, or only the OpenAPI document you name.
State is kept in ${places.home}.

${documentHelp}
  --open                         no login; only on loopback
  --stdio                        speaks MCP on standard input and output, for clients that start a command: no port, no login;
                                 clients of one folder share a server, which ends with the last of them
  --access <list>                with --stdio: read, write, delete, separated by commas (default: read)
  --help

Environment variables: PORT (default: 8484), HOST (default: 127.0.0.1), and ISOGATE_SECRET, which seals the credentials that
users paste (default: generated once and kept).`;

const config = { allowPositionals: true, options: optionsOf.start } as const;

/** Serves until a signal ends it. @throws Error if it cannot, or if the server ends by itself */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = commandLine(command, help, config, args);
  keepToOwner();
  const kept = process.env[keeperVariable];
  const host = kept === undefined ? process.env.HOST || "127.0.0.1" : "127.0.0.1";
  const port = kept === undefined ? portFrom(process.env.PORT) : await freePortLike(await keptPort(kept));
  const limits = limitsFrom(process.env);
  certificatesIn(process.env[certificatesVariable]);
  if (values.open && !isLoopbackHost(host)) {
    throw new Error(`--open serves everybody without login, so it needs a loopback HOST; it is ${host}.`);
  }
  if (values.open && values.stdio) throw new Error("--stdio needs no login anyway: leave out --open.");
  if (values.access !== undefined && !values.stdio)
    throw new Error("--access is for --stdio. Otherwise each user grants access on the consent page.");
  const source = oneSource(positionals, values);
  const configured = source ? [given(source, values)] : await apisToServe();
  const own = await loadOwn();
  const kind = kindOf({
    ...secretsOf(configured, bundledSecrets).values,
    ...ownValues(),
    project: own?.hash ?? "",
  });
  if (values.stdio) return runBridge(withoutStdio(args), values.access ?? "read", kind);
  const stateFolder = kept ?? join(places.home, "state");
  const beside = `ISOGATE_HOME=${join(places.home, "second")} PORT=${port + 1} ${command}`;
  const lock = await lockState(stateFolder, { origin: originOf(host, port) }, beside).catch(
    (error: unknown) => {
      // Two clients came at the same time: the server of the other one is theirs too.
      if (kept === undefined || !(error instanceof StateInUse)) throw error;
    },
  );
  if (!lock) return 0;
  const said = [await finishRestore(places.home), ...(await unreadStates(stateFolder))];
  for (const sentence of said) if (sentence !== undefined) console.warn(`! ${sentence}`);
  await assertReadable(stateFolder);
  await assertFree(host, port);
  const keeper = kept === undefined ? undefined : await openKeeper(kept, kind);
  const demo = source ? undefined : await startDemoApi({ port: 0, token: demoToken });
  const served = configured.map((api) =>
    demo && isDemo(api) ? { ...api, file: { ...api.file, server: demo.url } } : api,
  );
  const prepared = source ? [await prepareGiven(source, values)] : await prepareAll(served);
  if (demo) for (const { api } of prepared) if (api.file.server === demo.url) api.demo = true;
  const looked = Promise.all(prepared.map(unreachableLine));
  const { values: secrets } = secretsOf(
    prepared.map(({ api }) => api),
    bundledSecrets,
  );
  await tighten(places.home);
  const secret = await localSecret(places.home, stateFolder);
  const relay = wantsProxy(process.env) ? await startRelay(process.env) : undefined;
  const server = await ticking(
    "Starting the server",
    startLocalServer({
      host,
      port,
      apis: prepared,
      config: await withOwn(await builtWorker(), own),
      secrets: { ...secrets, ...ownValues(), ISOGATE_SECRET: secret },
      open: values.open,
      startedByClients: keeper !== undefined,
      stateFolder,
      relay: relay?.url,
      supervised: { limits, report: (sentence) => console.warn(`! ${sentence}`) },
      onLine: terminalPrinter((line) => console.error(line)),
    }),
  );
  const stopped = new Promise<"stopped">((stop) => {
    whenNpmIsGone(() => stop("stopped"));
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
      process.once(signal, () => stop("stopped"));
    // The reader of our output is gone: a write would end this process and leave the server behind.
    for (const stream of [process.stdout, process.stderr]) stream.on("error", () => stop("stopped"));
  });
  for (const line of await looked) if (line !== undefined) console.warn(line);
  for (const {
    api: { name, file },
  } of values.open ? prepared : [])
    if (file.credential && file.credential.from !== "shared")
      console.warn(
        `! ${name} needs each user's own credential, which they give at login. It cannot be called with --open.`,
      );
  if (values.open)
    console.warn(
      "! --open: no login. Every program on this machine can use these APIs, and so can everybody who comes through one: put no proxy or tunnel in front.",
    );
  for (const line of unsetLines()) console.warn(`! ${line}`);
  announce(server.origin, prepared, source);
  if (keeper && kept !== undefined) {
    const names = prepared.map(({ api }) => api.name);
    await keepPort(kept, port);
    keeper.serve(admitter(server.origin, names, kept));
  }
  for (const api of served) sayWhenChanged(api);
  const ended = new AbortController();
  void sayWhatSchemaSays(prepared, ended.signal);
  const lost = lock.lost.then((sentence) => `${sentence} Start it again: ${command}`);
  const why = await Promise.race([stopped, server.ended, lost, ...(keeper ? [keeper.deserted] : [])]);
  ended.abort();
  await keeper?.close();
  await Promise.all([server.stop(), demo?.close(), relay?.close()]);
  lock.release();
  if (why !== undefined && why !== "stopped") throw new Error(why);
  return 0;
}

/** The arguments of the server that clients of `--stdio` share. */
function withoutStdio(args: readonly string[]): string[] {
  const own = new Set(["--stdio", "--access"]);
  return args.filter((arg, at) => !own.has(arg.split("=", 1)[0] ?? "") && args[at - 1] !== "--access");
}

/** A server goes on with the document that it has read. */
function sayWhenChanged({ name, folder, file: { source } }: ConfiguredApi): void {
  if (!isPath(source)) return;
  watchFile(resolve(folder, source), { persistent: false, interval: 1_000 }, (now, before) => {
    if (now.mtimeMs !== before.mtimeMs && now.mtimeMs > 0)
      console.warn(printable(`! ${source} has changed. To serve ${name} as it is now, restart.`));
  });
}

/**
 * A document that is new to this machine is held against the schema of OpenAPI once the server answers; the next start
 * says the same with its report. One after the other: it takes a core for seconds.
 */
async function sayWhatSchemaSays(prepared: PreparedApi[], ended: AbortSignal): Promise<void> {
  for (const one of prepared) {
    const faults = (await one.unchecked?.faults(ended)) ?? [];
    // It holds the whole document.
    delete one.unchecked;
    if (ended.aborted) return;
    if (faults.length > 0)
      console.warn(
        [`! ${one.api.name}: ${faultCount(faults)} more in its document`, ...faultLines(faults)].join("\n"),
      );
  }
}

/** Ending `npm start` must end the server too, but npm does not forward every signal. */
function whenNpmIsGone(stop: () => void): void {
  if (!["start", "npx"].includes(process.env.npm_lifecycle_event ?? "")) return;
  const startedBy = process.ppid;
  setInterval(() => {
    if (process.ppid !== startedBy) stop();
  }, 500).unref();
}

interface Options {
  name?: string | undefined;
  server?: string | undefined;
  credential: string[];
  paste: string[];
}

/** @throws Error for more documents than one, for options of a document without one, and for a name that is meant to be another */
export function oneSource(positionals: readonly string[], values: Options): string | undefined {
  const [source, ...others] = positionals;
  // Of `--credential bearerAuth MY_TOKEN`, the second word looks like a document.
  for (const option of values.credential) credentialOption(option);
  for (const option of values.paste) pasteFrom(option);
  if (others.length > 0 && existsSync(positionals.join(" ")))
    throw new Error(`Put the name in quotes, because it has blanks: "${positionals.join(" ")}"`);
  const dash = positionals.find((word) => /^[‐-―−]/.test(word));
  if (dash !== undefined)
    throw new Error(
      `"${dash}" begins with a long dash, as texts have it. Type two hyphens: --${dash.replace(/^[‐-―−]+/, "")}`,
    );
  if (others.length > 0)
    throw new Error(`Name one document. To serve several, add them: ${commandFor("api", "add <file>")}`);
  const ofOne = (["name", "server", "credential", "paste"] as const).filter((key) => values[key]?.length);
  if (source === undefined && ofOne.length > 0)
    throw new Error(
      `--${ofOne.join(" and --")} is for one document: name it too, as in ${commandFor("start", `<file or URL> --${ofOne[0]} …`)}. Without a document, everything in specs/ is served.`,
    );
  if (source !== undefined) assertDocumentName(source);
  return source;
}

/** The API that the command line describes. @throws Error about an option that is wrong */
export function given(source: string, options: Options): ConfiguredApi {
  const credential = credentialOf(options);
  const server = options.server;
  const name = ApiName.safeParse(options.name ?? nameFor(source));
  if (!name.success)
    throw new Error(
      `--name ${options.name}: ${name.error.issues[0]?.message}. ${another(options.name ?? source)}`,
    );
  return {
    name: name.data,
    folder: process.cwd(),
    file: {
      source,
      ...(server !== undefined && { server, ...allowanceFor(serverUrl(server)) }),
      ...(credential && { credential }),
    },
  };
}

/** What to do about a name that cannot be one. */
function another(name: string): string {
  const like = nameFor(name);
  return ApiName.safeParse(like).success ? `Choose another, such as ${like}.` : "Choose another.";
}

function credentialOf(options: { credential: string[]; paste: string[] }): Credential | undefined {
  if (options.credential.length > 0 && options.paste.length > 0)
    throw new Error(
      "Use either --credential (one secret for all users) or --paste (each user's own credential), not both.",
    );
  if (options.credential.length > 0)
    return { from: "shared", secrets: Object.fromEntries(options.credential.map(credentialOption)) };
  const pasted = options.paste.map(pasteFrom);
  const [first] = pasted;
  if (!first) return undefined;
  const fields = Object.fromEntries(pasted.map(({ scheme }) => [scheme, `Your credential “${scheme}”`]));
  return { from: "user", fields, check: first.path };
}

function pasteFrom(text: string): { scheme: string; path: string } {
  const [, scheme, path] = /^([^=]+)=(\/.*)$/.exec(text) ?? [];
  if (!scheme || !path) {
    throw new Error(
      `--paste needs <scheme>=<path>, where GET <path> is a cheap operation to verify a credential with; it ${text.includes("=") ? `is ${text.split("=")[0]}=…` : "has no ="}.`,
    );
  }
  return { scheme, path };
}

/** The document of the command line; on a terminal, what it lacks is asked for. */
async function prepareGiven(source: string, options: Options): Promise<PreparedApi> {
  const first = await prepare(given(source, options));
  const ask = terminalAsk();
  const answers = ask && options.paste.length === 0 ? await offers(first, ask) : {};
  if (Object.keys(answers).length === 0) return first;
  const answered = { ...options, ...answers };
  const prepared = await prepare(given(source, answered));
  const typed = [
    source,
    ...(options.name === undefined ? [] : ["--name", options.name]),
    ...(answered.server === undefined ? [] : ["--server", answered.server]),
    ...answered.credential.flatMap((one) => ["--credential", one]),
  ].map((word) => (/^[\w./:@=-]+$/.test(word) ? word : JSON.stringify(word)));
  console.log(printable(`Next time: ${commandFor("start", typed.join(" "))}`));
  return prepared;
}

/**
 * Compiles one, and prints all that is known of it.
 * @param secretsAreHere whether its secrets belong into the environment of this command
 */
export async function prepare(api: ConfiguredApi, secretsAreHere = true): Promise<PreparedApi> {
  const prepared = await ticking(`Reading ${api.name}`, prepareApi(api, { schema: "known" }));
  console.log(printable(`  ${prepared.api.title}`));
  console.log(reportLines(prepared.report, prepared.parts).join("\n"));
  // The demo's server is that of this start, so it never has the hash of its lock.
  const lock = api.path === undefined || isDemo(api) ? undefined : await readLock(api.folder, api.name);
  const { values, missing } = secretsOf(secretsAreHere ? [api] : [], bundledSecrets);
  const known = {
    lock,
    missing: missing.map(({ secret }) => secret),
    tried: (secret: string) => mentionedIn(process.cwd(), secret),
    odd: oddSecrets(values),
  };
  for (const line of notesOn(api, prepared, known)) console.warn(line);
  const served = await servedOf(api, prepared, lock?.hash);
  if (served.kept !== undefined) console.warn(printable(`  ! ${served.kept}`));
  return served.prepared;
}

/** What to say of an API whose server cannot be reached now. Behind a proxy only a request could tell. */
async function unreachableLine({ api, base }: PreparedApi): Promise<string | undefined> {
  const why = base && !wantsProxy(process.env) && (await unreachable(base));
  return why ? printable(`! ${api.name}: ${new URL(base).origin} cannot be reached: ${why}.`) : undefined;
}

/** Compiles all. Leaves out an API that cannot be read, with a warning. @throws Error if none is left */
async function prepareAll(apis: ConfiguredApi[]): Promise<PreparedApi[]> {
  const prepared: PreparedApi[] = [];
  for (const api of apis) {
    try {
      prepared.push(await prepare(api));
    } catch (error) {
      if (apis.length === 1) throw error;
      console.warn(visible(`! ${api.name} is left out: ${messageOf(error)}`));
    }
  }
  if (prepared.length === 0) throw new Error("No API could be read, so there is nothing to serve.");
  return prepared;
}

function announce(origin: string, prepared: PreparedApi[], source: string | undefined): void {
  const url = `${origin}/mcp`;
  console.log(`\nisogate is ready.\n\n  MCP      ${url}`);
  if (prepared.length > 1)
    console.log(`           ${prepared.map(({ api }) => `${url}/${api.name}`).join("\n           ")}`);
  console.log(`  Console  ${origin}/\n`);
  for (const { client, where, paste, caveat, rare } of connectSettings(url))
    if (caveat === undefined && !rare)
      console.log(`${client} (${where}):\n  ${paste.replaceAll("\n", "\n  ")}\n`);
  if (source !== undefined) {
    console.log(
      "To keep this API, and to set more than options can (rules, headers, limits), write its API file:",
    );
    console.log(printable(`  ${commandFor("api", `add ${source}`)}`) + "\n");
  }
  console.log(`More clients: ${origin}/\n\nPress Ctrl-C to stop.`);
}

function portFrom(text: string | undefined): number {
  if (text === undefined || text === "") return 8484;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new Error(`PORT must be 1 to 65535; it is ${text}.`);
  return port;
}
