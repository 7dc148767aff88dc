/**
 * Gives each client of `--stdio` an access token. One that comes again, by its name and with the same access, gets the one that it
 * had: it is the same connection, and what it keeps and what it runs in the background go on. With other access it is another
 * connection, and the one before ends, so that less access is less for all that it began. Of many, those that were not used for longest end:
 * names that change would otherwise use up what a person may have.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { formatScope } from "../../terms/scopes.ts";
import { Access } from "../../terms/api-file.ts";
import { askPage } from "../ask-server.ts";
import { maxDays } from "../../terms/token-days.ts";
import { commandFor } from "../places.ts";
import { IssuedToken, TokensPage } from "../tokens-page.ts";
import { parsed } from "./json-line.ts";
import type { Admit } from "./keeper.ts";

/** Of a token's name. */
const maxNameChars = 60;

/** Half of what a person may have (src/vault/access-tokens.ts): the others are for programs. */
const mostKept = 50;

/** Those used last come last. Who may read it may ask the keeper for a token anyway: both are in the owner's folder. */
const Known = z.array(
  z.object({ name: z.string(), scopes: z.array(z.string()), token: z.string(), id: z.string() }),
);
type Known = z.infer<typeof Known>;

/** @param origin of the server @param apis the names of its APIs @param folder of the state, which is its owner's alone */
export function admitter(origin: string, apis: readonly string[], folder: string): Admit {
  const file = join(folder, "clients.json");
  /** By the id of the token, how many are there. */
  const here = new Map<string, number>();
  /** By the name of a client, the id of the token that it was given last. */
  const latest = new Map<string, string>();
  const tokens = <T>(shape: z.ZodType<T>, fields?: [string, string][]) =>
    askPage(`${origin}/tokens`, {
      shape,
      command: commandFor("start"),
      ...(fields && { form: new URLSearchParams(fields) }),
      there: `open ${origin}/tokens`,
    });
  const revoke = async (id: string) => void (await tokens(TokensPage, [["revoke", id]]));
  const read = async () => Known.safeParse(parsed(await readFile(file, "utf8").catch(() => ""))).data ?? [];

  /** The token of this name and these scopes, and no other of this name that nobody uses. */
  async function tokenFor(name: string, scopes: string[]): Promise<Known[number]> {
    const { tokens: listed } = await tokens(TokensPage);
    const known = (await read()).filter(({ id }) => listed.some((one) => one.id === id));
    const isAsked = (one: Known[number]) => one.name === name && one.scopes.join(" ") === scopes.join(" ");
    const unused = known.filter((one) => !isAsked(one) && !here.has(one.id));
    const tooMany = unused.slice(0, Math.max(0, known.length + 1 - mostKept));
    const gone = unused.filter((one) => one.name === name || tooMany.includes(one));
    for (const { id } of gone) await revoke(id);
    let found = known.find(isAsked);
    const left = known.filter((one) => one !== found && !gone.includes(one));
    if (!found) {
      const { token, record } = await tokens(IssuedToken, [
        ["name", name],
        ["days", String(maxDays)],
        ...scopes.map((scope): [string, string] => ["scope", scope]),
      ]);
      found = { name, scopes, token, id: record.id };
    }
    left.push(found);
    await writeFile(file, JSON.stringify(left satisfies Known), { mode: 0o600 });
    return found;
  }

  let before: Promise<unknown> = Promise.resolve();
  return async ({ access, client }) => {
    const granted = Access.options.filter((one) => access.split(",").includes(one));
    const scopes = apis.flatMap((api) => granted.map((one) => formatScope({ api, access: one })));
    // One after the other: two that come at once are not given two.
    const name = client.slice(0, maxNameChars);
    const turn = before.then(() => tokenFor(name, scopes));
    before = turn.catch(() => undefined);
    const { token, id } = await turn;
    here.set(id, (here.get(id) ?? 0) + 1);
    latest.set(name, id);
    const leave = async () => {
      const left = (here.get(id) ?? 1) - 1;
      if (left > 0) return void here.set(id, left);
      here.delete(id);
      // Left alone while it was in use. If the server does not answer, the next client of this name ends it.
      if (latest.get(name) !== id) await revoke(id).catch(() => undefined);
    };
    return { url: `${origin}/mcp`, token, leave };
  };
}
