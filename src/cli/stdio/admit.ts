/** Gives each client of `--stdio` an access token for as long as it is there. */
import type { z } from "zod";
import { formatScope } from "../../terms/scopes.ts";
import { Access } from "../../terms/api-file.ts";
import { askPage } from "../ask-server.ts";
import { maxDays } from "../../terms/token-days.ts";
import { commandFor } from "../places.ts";
import { IssuedToken, TokensPage } from "../tokens-page.ts";
import type { Admit } from "./keeper.ts";

/** Of a token's name. */
const maxNameChars = 60;

/** @param origin of the server @param apis the names of its APIs */
export function admitter(origin: string, apis: readonly string[]): Admit {
  const tokens = <T>(shape: z.ZodType<T>, fields: [string, string][]) =>
    askPage(`${origin}/tokens`, {
      shape,
      command: commandFor("start"),
      form: new URLSearchParams(fields),
      there: `open ${origin}/tokens`,
    });
  return async ({ access, client }) => {
    const granted = access.split(",").map((one) => Access.parse(one));
    const scopes = apis.flatMap((api) => granted.map((one) => formatScope({ api, access: one })));
    const { token, record } = await tokens(IssuedToken, [
      ["name", client.slice(0, maxNameChars)],
      ["days", String(maxDays)],
      ...scopes.map((scope): [string, string] => ["scope", scope]),
    ]);
    return {
      url: `${origin}/mcp`,
      token,
      leave: async () => void (await tokens(TokensPage, [["revoke", record.id]])),
    };
  };
}
