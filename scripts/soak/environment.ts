/** Everything a soak needs, on loopback: the server as `npm start` runs it, an API, an identity provider, people. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { prepareApi } from "../../src/cli/apis.ts";
import { freePort, startLocalServer } from "../../src/cli/server/local-server.ts";
import { supervisorLimits } from "../../src/cli/supervisor/limits.ts";
import { descendantsOf, usageOf } from "../../src/cli/supervisor/processes.ts";
import { clientId, clientSecret, startIdentityProvider } from "../../test/auth/fixture/identity-provider.ts";
import { heldBy, inspected } from "./held.ts";
import { logInAs, type Person, type SoakClient } from "./people.ts";
import { document, startSoakUpstream, type SoakUpstream } from "./upstream.ts";

const program = join(import.meta.dirname, "../../src/cli/main.ts");

/** Resident bytes; undefined while a process is replaced. */
export interface Memory {
  runtime: number | undefined;
  /** The process in front of the runtime, if it is one of its own. */
  server?: number | undefined;
}

export interface SoakEnvironment {
  memory(): Promise<Memory>;
  /** Bytes that the process in front of the runtime holds, if it is one of its own; it collects garbage for that. */
  held?: (() => Promise<number>) | undefined;
  upstream: SoakUpstream;
  clients: SoakClient[];
  /** Sentences of the supervisor: each is a restart that nobody wants. */
  restarts: string[];
  /** How often a runtime that had grown was replaced while nothing was under way. */
  replaced(): number;
  stop(): Promise<void>;
}

/** How the server is started. */
interface Begin {
  folder: string;
  port: number;
  api: string;
  issuer: string;
}
type Begun = Pick<SoakEnvironment, "memory" | "held" | "restarts" | "replaced"> & { stop(): Promise<void> };

/** In this process, as `npm start` runs it. */
export async function begunHere({ folder, port, api: origin, issuer }: Begin): Promise<Begun> {
  const restarts: string[] = [];
  const api = await prepareApi({
    name: "things",
    folder,
    file: {
      source: "things.json",
      server: origin,
      allowHttp: true,
      allowPrivate: ["127.0.0.1"],
      credential: { from: "user", fields: { token: "Token" }, check: "/me" },
    },
  });
  const server = await startLocalServer({
    host: "127.0.0.1",
    port,
    apis: [api],
    secrets: {
      SIGN_IN: "oidc",
      ISOGATE_SECRET: randomBytes(32).toString("hex"),
      OIDC_ISSUER: issuer,
      OIDC_CLIENT_ID: clientId,
      OIDC_CLIENT_SECRET: clientSecret,
    },
    stateFolder: join(folder, "state"),
    supervised: { limits: supervisorLimits, report: (sentence) => restarts.push(sentence) },
  });
  return {
    memory: async () => ({ runtime: await bytesOf(server.runtime()) }),
    restarts,
    replaced: () => 0,
    stop: server.stop,
  };
}

/** `isogate serve`, as a service manager runs it. */
export async function begunByServe({ folder, port, api, issuer }: Begin): Promise<Begun> {
  const child = spawn(
    process.execPath,
    [inspected, program, "serve", "things.json", `--server=${api}`, "--paste=token=/me", `--port=${port}`],
    {
      cwd: folder,
      env: {
        ...process.env,
        ISOGATE_HOME: join(folder, "home"),
        PUBLIC_URL: `http://localhost:${port}`,
        SIGN_IN: "oidc",
        OIDC_ISSUER: issuer,
        OIDC_CLIENT_ID: clientId,
        OIDC_CLIENT_SECRET: clientSecret,
        OIDC_ALLOWED: "@example.com",
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  // However the soak ends, the server does.
  process.once("exit", () => child.kill("SIGKILL"));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
  const ended = once(child, "exit");
  const restarts: string[] = [];
  let replaced = 0;
  let isReady!: () => void;
  const ready = new Promise<void>((resolve) => (isReady = resolve));
  createInterface({ input: child.stdout }).on("line", (line) => {
    const event = JSON.parse(line) as Record<string, unknown>;
    if (event["event.name"] === "isogate.ready") isReady();
    if (event["event.name"] !== "isogate.restarted") return;
    if (event["isogate.cause"] === "worn") replaced += 1;
    else restarts.push(String(event["message"]));
  });
  const early = ended.then(() => {
    throw new Error("serve ended before it was ready; what it said is above.");
  });
  early.catch(() => {});
  await Promise.race([ready, early]);
  return {
    memory: async () => {
      const pid = child.pid ?? 0;
      const all = (await descendantsOf(pid)) ?? [];
      const runtime = all.find(({ command }) => /workerd\S* serve /.test(command));
      return { runtime: runtime && (await bytesOf(runtime.pid)), server: await bytesOf(pid) };
    },
    held: heldBy(child.stderr),
    restarts,
    replaced: () => replaced,
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

async function bytesOf(pid: number): Promise<number | undefined> {
  const usage = await usageOf(pid);
  return usage === undefined || usage === "gone" ? undefined : usage.memoryBytes;
}

/**
 * Every second person may write; every second client of a person speaks the older revision.
 * @param begin the server, as `npm start` or as `isogate serve` runs it
 */
export async function prepareSoak(
  users: number,
  clients: number,
  begin: (options: Begin) => Promise<Begun>,
): Promise<SoakEnvironment> {
  const salt = randomBytes(6).toString("hex");
  const folder = await mkdtemp(join(tmpdir(), "isogate-soak-"));
  const upstream = await startSoakUpstream(salt);
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const identity = await startIdentityProvider([`${origin}/sign-in/callback`]);
  const stops = [identity.stop, upstream.stop, () => rm(folder, { recursive: true, force: true })];
  const stop = async () => {
    for (const one of stops) await one();
  };
  try {
    await writeFile(join(folder, "things.json"), JSON.stringify(document));
    const begun = await begin({ folder, port, api: upstream.origin, issuer: identity.issuer });
    stops.unshift(begun.stop);
    const people: Person[] = Array.from({ length: users }, (_, user) => ({
      user,
      mayWrite: user % 2 === 0,
      salt,
    }));
    const loggedIn: SoakClient[] = [];
    // One after the other: the identity provider signs in one account at a time.
    for (let n = 0; n < clients; n++)
      loggedIn.push(await logInAs(people[n % users]!, origin, identity, Math.floor(n / users) % 2 === 1));
    return { ...begun, upstream, clients: loggedIn, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
