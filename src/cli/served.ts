/**
 * What this machine served last of a document that comes from a URL. A server that is started again must not take over
 * by itself what a refresh would not: anybody who can change the document could collect the secrets at the next start.
 * Only the same settings are compared: what an operator changes is meant.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { decideRefresh } from "../deployment/acceptable.ts";
import { digest } from "../terms/digest.ts";
import { keepCatalog, readKept } from "./kept-catalogs.ts";
import type { ConfiguredApi, PreparedApi } from "./apis.ts";
import { makeFolder } from "./make-folder.ts";
import { commandFor, places } from "./places.ts";

/** `accepted`: what was served before documents were taken over by themselves. */
const Served = z.object({ hash: z.string(), accepted: z.string().optional() });

/**
 * @param accepted hash of the document that a person has accepted, if there is a lock file
 * @returns what to serve, and why it is not the document of today
 */
export async function servedOf(
  configured: ConfiguredApi,
  prepared: PreparedApi,
  accepted: string | undefined,
): Promise<{ prepared: PreparedApi; kept?: string }> {
  const { name, file, path } = configured;
  if (!/^https?:/i.test(file.source)) return { prepared };
  const folder = join(places.home, "served");
  const record = join(
    folder,
    `${digest(JSON.stringify([name, path ?? null, file]), "hex").slice(0, 32)}.json`,
  );
  const known = await readFile(record, "utf8").catch(() => undefined);
  const last = known === undefined ? undefined : parsed(known);
  const old = last === undefined || last.hash === prepared.api.hash ? undefined : await readKept(last.hash);
  const isAccepted = accepted === prepared.api.hash;
  const first = isAccepted ? undefined : (last?.accepted ?? last?.hash);
  if (old && !isAccepted) {
    const accept = path === undefined ? `rm ${record}` : commandFor("api", `refresh ${name} --force`);
    const served = { hash: old.catalog.hash, opened: old.opened };
    const fresh = { hash: prepared.api.hash, opened: prepared.opened };
    const baseline = first === undefined ? undefined : (await readKept(first))?.opened;
    const decision = decideRefresh(served, fresh, { file, accept, accepted: baseline });
    if (decision.kind === "kept") {
      const api = { ...prepared.api, hash: old.catalog.hash };
      return { prepared: { ...prepared, api, ...old }, kept: decision.reason };
    }
  }
  await keepCatalog(prepared.catalog);
  makeFolder(folder, 0o700);
  await writeFile(record, JSON.stringify({ hash: prepared.api.hash, accepted: first }), { mode: 0o600 });
  return { prepared };
}

function parsed(text: string): z.infer<typeof Served> | undefined {
  try {
    return Served.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
