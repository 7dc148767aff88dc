/** The deployment that state is moved from or to: one that runs elsewhere, or the state folder of this machine. */
import { rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { parseJson } from "../../terms/json.ts";
import { isLoopbackHost } from "../../terms/loopback.ts";
import { MovingHead, movingFormat, movingPaths } from "../../terms/moving.ts";
import { fetchProblem } from "../../terms/no-connection.ts";
import { UsageError } from "../ask-server.ts";
import { exists } from "../backup/backup.ts";
import { finishRestore } from "../backup/finish-restore.ts";
import { copyDatabases } from "../backup/copy-databases.ts";
import { places } from "../places.ts";
import { withFiles } from "../serve/settings.ts";
import { ask, freePort, OperatorRefused, startLocalServer } from "../server/local-server.ts";
import { secretHere } from "../server/local-secret.ts";
import { assertReadable } from "../server/readable-state.ts";
import { sqlite } from "../server/sqlite.ts";
import { layoutName, roomProblem } from "../server/state-folder.ts";
import { heldPrefixes, lockState } from "../server/state-lock.ts";
import { serverUrl } from "../server-url.ts";
import { inTemporaryFolder } from "../temporary-folder.ts";

export interface Deployment {
  /** As a person names it. */
  name: string;
  head: MovingHead;
  /** @throws Error if it refuses or fails */
  operate(method: string, path: string, body?: string): Promise<Response>;
}

/** What the two commands say of the deployment they work with. */
export const serverHelp = `  --server <origin>  a deployment elsewhere, such as https://mcp.example.com; ADMIN_TOKEN must hold its secret of that
                     name. Without it: the state in ${places.home} (ISOGATE_HOME), opened with ISOGATE_SECRET
                     if that is set for the server`;

/** @param use called with it; what it opens is closed afterwards */
export async function atServer<Result>(
  server: string,
  command: string,
  use: (deployment: Deployment) => Promise<Result>,
): Promise<Result> {
  const { origin, protocol, hostname } = serverUrl(server);
  if (protocol !== "https:" && !isLoopbackHost(hostname))
    throw new UsageError(
      `--server ${origin} is plain http: ADMIN_TOKEN and all that moves could be read on the way. Use its https address.`,
      command,
    );
  const { ADMIN_TOKEN } = withFiles(process.env, ["ADMIN_TOKEN"]);
  if (!ADMIN_TOKEN)
    throw new UsageError(
      "ADMIN_TOKEN is not set: the deployment's secret of that name, which lets its operator in. If it has none, give it one: npx wrangler secret put ADMIN_TOKEN",
      command,
    );
  return using(
    { name: origin, reason: () => `Its log has the reason (on Cloudflare: npx wrangler tail)` },
    use,
    (method, path, body) =>
      ask(origin, ADMIN_TOKEN, method, path, body).catch((error: unknown) => {
        if (error instanceof OperatorRefused && error.status === 404)
          throw new Error(
            `${origin} does not let this ADMIN_TOKEN in, or is of a version that cannot be moved. Compare it with the deployment's secret of that name.`,
            { cause: error },
          );
        if (!(error instanceof TypeError)) throw error;
        const why = fetchProblem(error, origin.startsWith("https:"));
        throw new Error(`${origin} cannot be reached: ${why}. Check the address.`, { cause: error });
      }),
  );
}

/**
 * A copy of the state of this machine: the server may run meanwhile, and nothing of it goes on in the copy.
 * @param folder for the copy
 */
export async function inCopy<Result>(
  folder: string,
  use: (deployment: Deployment) => Promise<Result>,
): Promise<Result> {
  const { DatabaseSync } = await sqlite();
  const paths = await copyDatabases(places.home, folder);
  // On a full disk the copy would fail as a damaged one does.
  const full = roomProblem(folder);
  if (full !== undefined)
    throw new Error(
      `A copy of the state cannot be opened in ${dirname(folder)}: ${full}. Make room there, or name a file on another disk.`,
    );
  // The copy, which nobody writes. A person knows what it was made of.
  await assertReadable(join(folder, "state"), join(places.home, "state"));
  for (const path of paths) {
    const copy = new DatabaseSync(path);
    const [alarms] = copy.prepare("SELECT 1 FROM sqlite_master WHERE name = '_cf_ALARM'").all();
    if (alarms) copy.exec("DELETE FROM _cf_ALARM");
    copy.close();
  }
  return onThisMachine(join(folder, "state"), use);
}

/** A new state on this machine, which is there once all of it is. */
export async function inNewState<Result>(use: (deployment: Deployment) => Promise<Result>): Promise<Result> {
  const folder = join(places.home, "state");
  const { release } = await lockState(folder, { command: "isogate import" });
  const state = join(folder, layoutName);
  try {
    await finishRestore(places.home);
    if (await exists(state))
      throw new Error(
        `${places.home} has a state already, and what is under way there would stop. Set ISOGATE_HOME to another folder, or put its state aside.`,
      );
    return await inTemporaryFolder(join(folder, heldPrefixes.import), async (temporary) => {
      const result = await onThisMachine(temporary, use);
      await rename(join(temporary, layoutName), state);
      return result;
    });
  } finally {
    release();
  }
}

async function onThisMachine<Result>(
  stateFolder: string,
  use: (deployment: Deployment) => Promise<Result>,
): Promise<Result> {
  const secret = await secretHere(places.home);
  let fault: string | undefined;
  const server = await startLocalServer({
    host: "127.0.0.1",
    port: await freePort(),
    apis: [],
    secrets: { ISOGATE_SECRET: secret },
    stateFolder,
    onLine: (line) => (fault = Fault.safeParse(parseJson(line)).data?.["error.message"] ?? fault),
  });
  const reason = () => (fault === undefined ? "It did not say why" : `The reason: ${fault}`);
  try {
    return await using({ name: places.home, reason }, use, (method, path, body) =>
      server.operate(method, path, body),
    );
  } finally {
    await server.stop();
  }
}

/** A line of a server's log (src/terms/log.ts) about a request that failed. */
const Fault = z.object({ "error.message": z.string() });

/**
 * @param at `name`: as a person names it; `reason`: where it is found why the deployment failed, without a full stop
 * @throws Error in words: what a deployment says to its operator, it says to the one who reads this
 */
async function using<Result>(
  at: { name: string; reason(): string },
  use: (deployment: Deployment) => Promise<Result>,
  operate: Deployment["operate"],
): Promise<Result> {
  try {
    return await asked(at.name, use, operate);
  } catch (error) {
    // An answer that breaks off in the middle is a TypeError of fetch, which has a cause.
    const isBroken = error instanceof TypeError && error.cause !== undefined;
    const isFault = isBroken || (error instanceof OperatorRefused && error.isFault);
    if (isFault)
      throw new Error(
        `${at.name} failed at its part of this. ${at.reason()}. Once that is mended, try again.`,
        {
          cause: error,
        },
      );
    if (!(error instanceof OperatorRefused)) throw error;
    throw new Error(
      error.said === undefined
        ? `${at.name} refused it with the status ${error.status} and without a reason, which isogate would give. Look at the proxy in front of it.`
        : `${at.name} refused it: ${error.said.replace(/\.?$/, ".")} Use the same version of isogate on both sides, and export again.`,
      { cause: error },
    );
  }
}

async function asked<Result>(
  name: string,
  use: (deployment: Deployment) => Promise<Result>,
  operate: Deployment["operate"],
): Promise<Result> {
  const read = MovingHead.safeParse(
    await (await operate("GET", movingPaths.head)).json().catch(() => undefined),
  );
  if (!read.success || read.data.format !== movingFormat)
    throw new Error(
      `${name} is of another version of isogate, or no isogate at all. Update both sides to the same version.`,
    );
  return use({ name, head: read.data, operate });
}
