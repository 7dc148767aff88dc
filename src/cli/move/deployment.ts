/** The deployment that state is moved from or to: one that runs elsewhere, or the state folder of this machine. */
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { isLoopbackHost } from "../../terms/loopback.ts";
import { messageOf } from "../../terms/log.ts";
import { MovingHead, movingFormat, movingPaths } from "../../terms/moving.ts";
import { fetchProblem } from "../../terms/no-connection.ts";
import { UsageError } from "../ask-server.ts";
import { exists } from "../backup/backup.ts";
import { copyDatabases } from "../backup/copy-databases.ts";
import { places } from "../places.ts";
import { withFiles } from "../serve/settings.ts";
import { ask, freePort, OperatorRefused, startLocalServer } from "../server/local-server.ts";
import { secretHere } from "../server/local-secret.ts";
import { sqlite } from "../server/sqlite.ts";
import { lockState } from "../server/state-lock.ts";
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
  return using(origin, use, (method, path, body) =>
    ask(origin, ADMIN_TOKEN, method, path, body).catch((error: unknown) => {
      const why =
        error instanceof OperatorRefused && error.status === 404
          ? `${origin} does not let this ADMIN_TOKEN in, or is of a version that cannot be moved. Compare it with the deployment's secret of that name.`
          : error instanceof TypeError
            ? `${origin} cannot be reached: ${fetchProblem(error, origin.startsWith("https:"))}. Check the address.`
            : messageOf(error);
      throw new Error(why, { cause: error });
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
  for (const path of await copyDatabases(places.home, folder)) {
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
  const state = join(folder, "v3");
  try {
    if (await exists(state))
      throw new Error(
        `${places.home} has a state already, and what is under way there would stop. Set ISOGATE_HOME to another folder, or put its state aside.`,
      );
    return await inTemporaryFolder(join(folder, ".import-"), async (temporary) => {
      const result = await onThisMachine(temporary, use);
      await rename(join(temporary, "v3"), state);
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
  const server = await startLocalServer({
    host: "127.0.0.1",
    port: await freePort(),
    apis: [],
    secrets: { ISOGATE_SECRET: secret },
    stateFolder,
  });
  try {
    return await using(places.home, use, (method, path, body) => server.operate(method, path, body));
  } finally {
    await server.stop();
  }
}

async function using<Result>(
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
