/**
 * What `isogate doctor` looks at, in the order in which a start needs it: each check says what it found and, if that is
 * wrong, what to do next.
 */
import { spawnSync } from "node:child_process";
import { existsSync, rmdirSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { trimEndOf } from "../../terms/trim-end.ts";
import { messageOf } from "../../terms/log.ts";
import { unknownHostIn } from "../ask-server.ts";
import { unfinishedRestore } from "../backup/finish-restore.ts";
import { fetchProblem } from "../../terms/no-connection.ts";
import { prepareApi, type ConfiguredApi } from "../apis.ts";
import { counted } from "../counted.ts";
import { notesOn } from "../notes.ts";
import { certificatesIn, certificatesVariable } from "../engine/certificates.ts";
import { places } from "../places.ts";
import { secretsOf } from "../secrets.ts";
import { assertFree } from "../server/local-server.ts";
import { foundSecret } from "../server/local-secret.ts";
import { unreachable } from "../server/reachable.ts";
import { sqlite } from "../server/sqlite.ts";
import { assertReadable, unreadStates } from "../server/readable-state.ts";
import { lockState, StateInUse } from "../server/state-lock.ts";
import { limitsFrom } from "../supervisor/limits.ts";
import { inTemporaryFolder } from "../temporary-folder.ts";

/** `warning`: it starts, and something will not work; `skipped`: it could not be looked at. */
export type Status = "ok" | "warning" | "fault" | "skipped";

export interface Finding {
  check: string;
  status: Status;
  /** What was found, and what to do next. */
  says: string;
}

type Environment = Record<string, string | undefined>;
type Found = Omit<Finding, "check"> | Omit<Finding, "check">[];

const patienceMs = 5_000;

const ok = (says: string) => ({ status: "ok", says }) as const;
const warning = (says: string) => ({ status: "warning", says }) as const;
const fault = (says: string) => ({ status: "fault", says }) as const;
const skipped = (says: string) => ({ status: "skipped", says }) as const;

/** Runs a check. What it throws is what is wrong. */
export async function look(check: string, at: () => Found | Promise<Found>): Promise<Finding[]> {
  try {
    return [await at()].flat().map((found) => ({ check, ...found }));
  } catch (error) {
    return [{ check, ...fault(messageOf(error)) }];
  }
}

export async function node(): Promise<Found> {
  await sqlite();
  return ok(`${process.versions.node} at ${process.execPath}`);
}

/** The runtime is a program for glibc, and for processors and systems that npm has it for. */
export function runtime(): Found {
  let path: string;
  try {
    path = places.workerd;
  } catch {
    return fault(
      `There is no runtime for ${process.platform}-${process.arch}. Install again without --omit=optional and --no-optional: npm ci`,
    );
  }
  const { error, status, stdout, stderr } = spawnSync(path, ["--version"], {
    encoding: "utf8",
    timeout: 10_000,
  });
  if (!error && status === 0) return ok(stdout.trim());
  const { glibcVersionRuntime: glibc } = (
    process.report.getReport() as unknown as { header: { glibcVersionRuntime?: string } }
  ).header;
  const [line = ""] = stderr.trim().split("\n");
  const why = error ? (error as NodeJS.ErrnoException).code : line || `exit code ${status}`;
  const libc =
    process.platform !== "linux"
      ? ""
      : glibc === undefined
        ? " This system has no glibc, as Alpine has none: use one that has, such as node:24-slim."
        : ` It needs glibc 2.35 or newer; this system has ${glibc}.`;
  return fault(`${path} does not run (${why}).${libc}`);
}

export function memory(environment: Environment): Found {
  const megabytes = Math.round(limitsFrom(environment).maxMemoryBytes / 2 ** 20);
  return megabytes >= 256
    ? ok(`the runtime may have ${megabytes} MB`)
    : warning(
        `The runtime may have ${megabytes} MB, and is restarted often. Give this machine or container 600 MB or more.`,
      );
}

/** What a start would trust besides the certificates of browsers; nothing to say if that is not set. */
export function certificates(environment: Environment): Found {
  const path = environment[certificatesVariable];
  const found = certificatesIn(path);
  return path ? ok(`${path} has ${counted(found.length, "certificate")}`) : [];
}

/** Leaves the folder as it was. @returns also whether a server uses it, which then is the one of these settings */
export async function state(): Promise<{ found: Found; inUse: boolean }> {
  const folder = join(places.home, "state");
  const made = notYetThere(folder);
  let space: ReturnType<typeof statfsSync>;
  let others: string[];
  try {
    const lock = await lockState(folder, { command: "isogate doctor" });
    try {
      const unfinished = unfinishedRestore(places.home);
      others = [...(unfinished === undefined ? [] : [unfinished]), ...(await unreadStates(folder))];
      if (unfinished === undefined) await assertReadable(folder);
      space = statfsSync(folder);
    } finally {
      lock.release();
    }
  } catch (error) {
    if (!(error instanceof StateInUse)) throw error;
    return { found: ok(`${folder} is in use by a server that runs`), inUse: true };
  } finally {
    for (const path of made.filter((each) => existsSync(each))) {
      rmSync(join(path, "lock.sqlite"), { force: true });
      rmdirSync(path);
    }
  }
  const { bavail, bsize } = space;
  const free = Math.floor((bavail * bsize) / 1e6).toLocaleString("en-US");
  const found = [ok(`${folder} can be written to; ${free} MB are free`), ...others.map(warning)];
  return { found, inUse: false };
}

/** The folder and those above it that would have to be made, the innermost first. */
function notYetThere(folder: string): string[] {
  return existsSync(folder) ? [] : [folder, ...notYetThere(dirname(folder))];
}

/** Whether what is sealed in the state can be opened. */
export async function sealed(): Promise<Found> {
  const found = await foundSecret(places.home);
  return ok(found ? `in ${found.from}` : `none yet: the first start makes one in ${places.home}`);
}

/** Whether something answers there as a server of ours does. */
export async function isServing(host: string, number: number): Promise<boolean> {
  const origin = `http://${host.includes(":") ? `[${host}]` : host}:${number}`;
  const answer = await fetch(`${origin}/healthz`, { signal: AbortSignal.timeout(patienceMs) }).catch(
    () => {},
  );
  return answer?.ok === true;
}

/** @param serving whether a server answers there that uses this state: another one only keeps the port from ours */
export async function port(host: string, number: number, serving: boolean): Promise<Found> {
  if (serving) return ok(`a server answers on ${host}, port ${number}`);
  await assertFree(host, number);
  return ok(`${number} on ${host} is free`);
}

/** Documents, credentials and servers of the APIs. @param tell hears of each API when it was looked at */
export async function apis(
  configured: readonly ConfiguredApi[],
  environment: Environment,
  tell: (found: Finding[]) => void,
): Promise<void> {
  // What a start would keep, the doctor only reads.
  const isKept = existsSync(places.documents);
  const { missing } = secretsOf([...configured], {}, environment);
  await inTemporaryFolder(join(tmpdir(), "isogate-doctor-"), async (folder) => {
    const cacheFolder = isKept ? places.documents : folder;
    for (const api of configured) {
      const unset = missing.filter((each) => each.api === api.name).map(({ secret }) => secret);
      tell(await look(`API ${api.name}`, () => findingsOn(api, unset, cacheFolder)));
    }
  });
}

async function findingsOn(api: ConfiguredApi, unset: string[], cacheFolder: string): Promise<Found> {
  const prepared = await prepareApi(api, { schema: "known", cacheFolder });
  const { report, base, opened, unchecked } = prepared;
  const notes = notesOn(api, prepared, { missing: unset }).filter((line) => line.startsWith("  ! "));
  const why = base === undefined ? undefined : await unreachable(base);
  return [
    ok(
      `${counted(opened.operations.length, "operation")}, ${counted(report.faults.length, "fault")} in the document${unchecked ? "; it was not held against the schema of OpenAPI yet, which a start does" : ""}`,
    ),
    ...notes.map((line) => warning(line.slice("  ! ".length))),
    ...(why === undefined ? [] : [warning(`${base} cannot be reached: ${why}.`)]),
  ];
}

/** How far a clock may be off: ID tokens and access tokens have a time. */
const maxSkewMs = 60_000;

async function ask(url: string): Promise<Response> {
  try {
    return await fetch(url, {
      signal: AbortSignal.timeout(patienceMs),
      headers: { accept: "application/json" },
    });
  } catch (error) {
    const why =
      (error as Error).name === "TimeoutError"
        ? `no answer within ${patienceMs / 1_000} s`
        : fetchProblem(error, url.startsWith("https:"));
    throw new Error(`${url} cannot be reached: ${why}.`, { cause: error });
  }
}

const issuerIn = async (answer: Response) =>
  ((await answer.json().catch(() => undefined)) as { issuer?: unknown } | undefined)?.issuer;

export async function identityProvider(issuer: string): Promise<Found> {
  const url = `${trimEndOf(issuer, /\//)}/.well-known/openid-configuration`;
  const answer = await ask(url);
  const said = answer.ok ? await issuerIn(answer) : undefined;
  if (said === undefined)
    return fault(
      `${url} answered ${answer.status} and no configuration. OIDC_ISSUER must be the issuer as the provider names it.`,
    );
  if (said !== issuer)
    return fault(
      `The provider calls itself ${String(said)}, and OIDC_ISSUER is ${issuer}. Set OIDC_ISSUER to exactly that.`,
    );
  return [ok(`${issuer} answers, and is who it should be`), ...clock(answer)];
}

function clock(answer: Response): Exclude<Found, unknown[]>[] {
  const theirs = Date.parse(answer.headers.get("date") ?? "");
  if (Number.isNaN(theirs)) return [];
  const offMs = Date.now() - theirs;
  return Math.abs(offMs) <= maxSkewMs
    ? []
    : [
        fault(
          `This machine's clock is ${Math.round(Math.abs(offMs) / 1_000)} s ${offMs > 0 ? "ahead of" : "behind"} the provider's, so sign-ins fail. Set it, or start a time service.`,
        ),
      ];
}

/** @param serving whether the server runs, without which nothing can answer */
export async function publicUrl(url: string, serving: boolean): Promise<Found> {
  if (!serving)
    return skipped(`${url} was not asked, because no server runs here. Start it, then ask the doctor again.`);
  const answer = await ask(`${new URL(url).origin}/.well-known/oauth-authorization-server`);
  const unknownHost = await unknownHostIn(answer);
  if (unknownHost !== undefined)
    return fault(
      `${url} leads to isogate, under another name: ${unknownHost} Let the proxy pass the Host header on as people typed it.`,
    );
  const said = answer.ok ? await issuerIn(answer) : undefined;
  if (said === new URL(url).origin) return ok(`${url} answers, and calls itself that`);
  return fault(
    said === undefined
      ? `${url} answered ${answer.status}, and not as isogate does. Check where the proxy sends requests for this name.`
      : `${url} leads to a server that calls itself ${String(said)}. Set PUBLIC_URL to what people type, and let the proxy pass the Host header on.`,
  );
}
