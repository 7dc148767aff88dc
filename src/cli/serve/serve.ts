/**
 * `isogate serve`: serves people elsewhere from a machine of one's own, behind a proxy that speaks TLS. It takes the settings
 * of a deployment, and refuses those that would let everybody in. Standard output is a log of JSON lines.
 */
import { join } from "node:path";
import { checkSettings, secretSettings, settingNames } from "../../auth/settings.ts";
import { messageOf } from "../../terms/log.ts";
import { prepareApi, type ConfiguredApi, type PreparedApi } from "../apis.ts";
import { faultsOf, throwAll } from "../at-once.ts";
import { commandLine } from "../command-line.ts";
import { signInRefusal, warningsOf } from "../deploy/settings.ts";
import { certificatesIn, certificatesVariable } from "../engine/certificates.ts";
import { readBuiltWorker } from "../engine/runtime.ts";
import { ownNames } from "../../terms/own.ts";
import { loadOwn } from "../own/project.ts";
import { withOwn } from "../own/stage.ts";
import { ownValues, unsetLines } from "../own/values.ts";
import { notesOn } from "../notes.ts";
import { optionsOf, servedHelp } from "../options.ts";
import { commandFor, docPage, places, version } from "../places.ts";
import { secretNames, secretsOf } from "../secrets.ts";
import { builtWorker } from "../server/built-worker.ts";
import { assertFree, startLocalServer, type LocalServer } from "../server/local-server.ts";
import { localSecret } from "../server/local-secret.ts";
import { keepToOwner, tighten } from "../server/owner-only.ts";
import { wantsProxy } from "../server/proxy.ts";
import { startRelay } from "../server/relay.ts";
import { finishRestore } from "../backup/finish-restore.ts";
import { assertReadable, unreadStates } from "../server/readable-state.ts";
import { lockState } from "../server/state-lock.ts";
import { limitsFrom, type SupervisorLimits } from "../supervisor/limits.ts";
import { configuredFor, deploymentFrom, portFrom } from "./configured.ts";
import { edgeOf } from "./edge.ts";
import { jsonLog, printer, type JsonLog } from "./json-log.ts";
import { Metrics } from "./metrics.ts";
import { untilNext } from "./schedule.ts";
import { serveSettings, serveVariables, withFiles, type ServeSettings } from "./settings.ts";

const command = commandFor("serve");
const help = `${commandFor("serve", "[<file or URL>] [options]")}

Serves people elsewhere from a server of your own, behind a proxy that speaks TLS (${docPage("own-server")}): the APIs of specs/,
or only the OpenAPI document you name. The log goes to standard output, as lines of JSON.
State is kept in ${places.home}.

${servedHelp}
  --help

Environment variables override the file: PUBLIC_URL, SIGN_IN and the other settings of a deployment (${docPage("configuration")}),
the secrets that API files name, ISOGATE_SECRET, and ${serveVariables.join(", ")}, HOST, PORT.
NAME_FILE=<path> reads the value of NAME from a file.`;

/** Serves until a signal ends it. @throws Error if it cannot, or if the server ends by itself */
export async function run(args: string[]): Promise<number> {
  const began = performance.now();
  const { values, positionals } = commandLine(
    command,
    help,
    { allowPositionals: true, options: optionsOf.serve },
    args,
  );
  keepToOwner();
  const own = await loadOwn();
  const read = [...settingNames, ...serveVariables, ...ownNames("variables"), ...ownNames("secrets")];
  const basic = withFiles(process.env, read);
  const host = values.host ?? (basic["HOST"] || "127.0.0.1");
  let port!: number, settings!: ServeSettings, limits!: SupervisorLimits;
  const faults = [
    ...faultsOf(() => (settings = serveSettings(basic))),
    ...faultsOf(() => (port = portFrom(values.port ?? basic["PORT"]))),
    ...faultsOf(() => (limits = limitsFrom(basic))),
    ...faultsOf(() => certificatesIn(process.env[certificatesVariable])),
  ];
  const deployment = await deploymentFrom(values.config, basic).catch((error: unknown) => {
    // It may end with an example.
    throw new Error([...faults, messageOf(error)].join("\n"), { cause: error });
  });
  throwAll(faults);
  const { apis: configured, leftOut } = await configuredFor(positionals, values, deployment);
  const secretsOfApis = configured.flatMap(({ file }) => secretNames(file.credential));
  const environment = withFiles(process.env, [...read, ...secretsOfApis]);
  const log = jsonLog(settings.level, printer(process.stdout));
  const metrics = new Metrics();
  const stateFolder = join(places.home, "state");
  const lock = await lockState(
    stateFolder,
    { origin: `http://${host}:${port}` },
    `ISOGATE_HOME=${join(places.home, "second")} ${commandFor("serve", `--port ${port + 1}`)}`,
  );
  const finished = await finishRestore(places.home);
  if (finished !== undefined) log.write("warn", { message: finished });
  for (const message of await unreadStates(stateFolder)) log.write("warn", { message });
  await assertReadable(stateFolder);
  await assertFree(host, port, command);
  const config = await withOwn(await builtWorker(), own);
  const { crons } = readBuiltWorker(config).triggers;
  const due = Math.min(...crons.map((cron) => untilNext(cron, Date.now())));
  const { values: secrets, missing } = secretsOf(configured, {}, environment);
  const prepared = await prepareAll(configured, missing, log);
  // One of them may be left out since: without it, nobody could sign in.
  const refusal = signInRefusal(
    deployment,
    prepared.map(({ api }) => api),
  );
  if (refusal !== undefined) throw new Error(refusal);
  await tighten(places.home);
  const secret = await localSecret(places.home);
  const ofLogin = Object.fromEntries(
    secretSettings.flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])),
  );
  const checked = checkSettings({ ...deployment.vars, ...ofLogin, ISOGATE_SECRET: secret });
  if (!checked.ok) throw new Error(checked.failure.map(({ sentence }) => sentence).join("\n"));
  const relay = wantsProxy(process.env) ? await startRelay(process.env) : undefined;
  // Requests may come before all of it is up.
  const running: { server?: LocalServer } = {};
  const server = await startLocalServer({
    host,
    port,
    config,
    apis: prepared,
    secrets: {
      ...ownValues(environment),
      ...deployment.vars,
      ...secrets,
      ...ofLogin,
      ISOGATE_SECRET: secret,
    },
    stateFolder,
    relay: relay?.url,
    supervised: {
      limits,
      report: (message, cause) => {
        log.write("warn", { "event.name": "isogate.restarted", "isogate.cause": cause, message });
        metrics.count("isogate_restarts_total", { cause });
      },
      edge: edgeOf({ settings, limits, log, metrics, stateFolder, server: () => running.server }),
    },
    onLine: (line) => {
      const event = log.line(line);
      if (event) metrics.event(event);
    },
  });
  running.server = server;
  for (const message of [...warningsOf(deployment), ...unsetLines(environment), ...leftOut])
    log.write("warn", { message });
  log.write("info", {
    "event.name": "isogate.ready",
    message: `Serves ${deployment.vars["PUBLIC_URL"]} on ${host}:${port}.`,
    "isogate.version": version,
    "isogate.apis": prepared.map(({ api }) => api.name),
    "isogate.start.duration": Math.round(performance.now() - began) / 1_000,
  });
  const timer = crons.length > 0 ? refreshDaily(crons, due, server, log) : undefined;

  const why = await Promise.race([signalled(log), server.ended, lock.lost]);
  clearTimeout(timer?.());
  log.write("info", { "event.name": "isogate.stopping", message: "Finishes what is under way." });
  // A second signal does not wait.
  const impatient = signalled(log);
  await Promise.race([server.stop(why === undefined ? settings.graceMs : 0), impatient]);
  await Promise.all([server.stop(), relay?.close()]);
  lock.release();
  if (why !== undefined) throw new Error(why);
  log.write("info", { "event.name": "isogate.stopped", message: "Stopped." });
  return 0;
}

/** @returns undefined, at the next signal that asks to stop */
function signalled(log: JsonLog): Promise<undefined> {
  return new Promise((stop) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop(undefined));
    // Nobody types it here: a terminal that closes ends no service.
    process.once("SIGHUP", () =>
      log.write("info", { message: "SIGHUP is ignored; restart to read settings again." }),
    );
  });
}

/** Leaves out an API that cannot be read, with an error in the log. @throws Error if none is left */
async function prepareAll(
  apis: ConfiguredApi[],
  missing: { api: string; secret: string }[],
  log: JsonLog,
): Promise<PreparedApi[]> {
  const prepared: PreparedApi[] = [];
  for (const api of apis) {
    try {
      const one = await prepareApi(api);
      prepared.push(one);
      const unset = missing.filter((each) => each.api === api.name).map(({ secret }) => secret);
      for (const note of notesOn(api, one, { lock: undefined, missing: unset }))
        log.write("warn", { "isogate.api": api.name, message: note.trim().replace(/^! /, "") });
    } catch (error) {
      if (apis.length === 1) throw error;
      log.write("error", {
        "isogate.api": api.name,
        message: `${api.name} is left out: ${messageOf(error)}`,
      });
    }
  }
  if (prepared.length === 0) throw new Error("No API could be read, so there is nothing to serve.");
  return prepared;
}

/** @returns gives the timer of the next time */
function refreshDaily(
  crons: readonly string[],
  dueMs: number,
  server: LocalServer,
  log: JsonLog,
): () => NodeJS.Timeout {
  let timer: NodeJS.Timeout;
  const wait = (ms: number) => {
    timer = setTimeout(() => void refresh(), ms);
    timer.unref();
  };
  const refresh = async () => {
    try {
      await server.refresh();
    } catch (error) {
      log.write("error", { "event.name": "isogate.refresh", "error.message": messageOf(error) });
    }
    wait(Math.min(...crons.map((cron) => untilNext(cron, Date.now()))));
  };
  wait(dueMs);
  return () => timer;
}
