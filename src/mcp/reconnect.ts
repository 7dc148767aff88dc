/**
 * How a person gives a connection more access, in the words of the page where they do it and of the client that they
 * do it in. Pure.
 */
import { isAccessTokenClient } from "../terms/access-token-client.ts";
import { Access } from "../terms/api-file.ts";
import { isNoConnection, type Caller } from "../terms/caller.ts";
import { loginAgainIn } from "../terms/clients.ts";
import { titleAmong, type DeployedApi } from "../terms/manifest.ts";
import { accessLabels, parseScope } from "../terms/scopes.ts";
import { visibleLine } from "../terms/visible.ts";

/**
 * @param scopes that the connection lacks
 * @param caller its client decides where a person clicks
 * @param apis with the titles that the page shows
 * @param origin of this server
 * @param startedByClients clients start this server by a command, `--stdio`
 * @returns an instruction for the model to pass on
 */
export function reconnectFor(
  scopes: readonly string[],
  caller: Caller,
  apis: readonly Pick<DeployedApi, "name" | "title">[],
  origin: string,
  startedByClients = false,
): string {
  const parsed = [...new Set(scopes)].map(parseScope).filter((scope) => scope !== undefined);
  if (isAccessTokenClient(caller.clientId)) {
    if (startedByClients) {
      const given = Object.values(caller.access).flat();
      const needed = new Set([...given, ...parsed.map(({ access }) => access)]);
      const all = Access.options.filter((one) => needed.has(one)).join(",");
      return `Ask the user to add --access ${all} to the command that starts isogate, in the settings of this client, and to restart the client.`;
    }
    const access = [...new Set(parsed.map((scope) => scope.access))].join(" and ");
    return `This program uses an access token, and its rights cannot be changed. Ask the user to create another one at ${origin}/tokens that allows ${access}, and to use it instead.`;
  }
  if (isNoConnection(caller.clientId)) return "Tell the user.";
  const ticks = parsed.map(({ api, access, tag }) => {
    const title = visibleLine(titleAmong(apis, api));
    const only = tag === undefined ? "" : ` with its tag ${visibleLine(tag)}`;
    return `"${accessLabels[access]}"${only} under "${title}"`;
  });
  const all = new Intl.ListFormat("en-GB", { type: "conjunction" }).format(ticks);
  return `Ask the user to log in again (${loginAgainIn(caller.clientName ?? "")}) and to tick ${all} on the page that opens.`;
}
