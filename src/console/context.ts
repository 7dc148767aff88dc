/** What every page is made from. */
import type { Context } from "hono";
import { User } from "../terms/user.ts";
import type { Ledger } from "../store/ledger/ledger.ts";
import { isNoConnection, type Caller } from "../terms/caller.ts";
import type { Connections } from "../auth/connections.ts";
import type { Users } from "./users.ts";
import type { FormToken } from "./form.ts";
import type { RunStart } from "../terms/record.ts";
import { page, type PageContent } from "./parts/layout.ts";

/** The user at the console: the id names the ledger. `connections` is missing on a server without login. */
export type ConsoleUser = User & {
  connections?: Connections | undefined;
  /** Ends a connection of this user; missing as `connections` is. */
  end?: ((connectionId: string) => Promise<boolean>) | undefined;
  /** All users, if this one is an operator. */
  users?: Users | undefined;
};

export interface ConsoleBindings {
  env: Env;
  ctx: ExecutionContext;
  user: ConsoleUser;
  form: FormToken;
}

/** The client that runs of the console name. */
export const consoleClient = "console";
export const consoleName = "Playground";

/**
 * The person at the console as a caller of the tools.
 * @param access what the run may do, by API
 * @param connection the client whose accounts it acts with; `null` for the accounts that were used last
 */
export async function consoleCaller(
  c: ConsoleContext,
  access: Caller["access"],
  connection: string | null = null,
): Promise<Caller> {
  const accounts = await ledgerOf(c).accounts(connection);
  const { id, connections } = c.env.user;
  return {
    userId: id,
    // What runs while they are away asks whether they may still use the server. With --open there is nobody to ask about.
    ...(connections && { user: User.parse(c.env.user) }),
    clientId: consoleClient,
    clientName: consoleName,
    access,
    ...(Object.keys(accounts).length > 0 && { accounts }),
  };
}

/** The client whose connection a run was of; `null` for what ran here, or on a server without login. */
export function connectionOf({ id }: RunStart["client"]): string | null {
  return id === consoleClient || isNoConnection(id) ? null : id;
}

/** The same for what a run did once more: with the access and the accounts of the connection whose run it was. */
export async function callerOfRun(
  c: ConsoleContext,
  { client, access, tags }: Pick<RunStart, "client" | "access" | "tags">,
): Promise<Caller> {
  return { ...(await consoleCaller(c, access, connectionOf(client))), ...(tags && { tags }) };
}

/** Hono's context with our bindings. */
export type ConsoleContext = Context<{ Bindings: ConsoleBindings }>;

export function ledgerOf(c: ConsoleContext): DurableObjectStub<Ledger> {
  return c.env.env.LEDGER.getByName(c.env.user.id);
}

/** Renders a page in the console's frame. */
export async function show(c: ConsoleContext, content: PageContent): Promise<Response> {
  const { users, connections } = c.env.user;
  const waiting = await ledgerOf(c).waiting();
  const response = await page(content, {
    waiting,
    isOperator: users !== undefined,
    hasTokens: connections !== undefined,
  });
  const { setCookie } = c.env.form;
  if (setCookie !== undefined) response.headers.append("Set-Cookie", setCookie);
  return response;
}

/** A file that the browser saves. @param type its media type, without a charset */
/** What the address says that has just happened, in the page's words: none for a name that the page does not have. */
export function noticeOf(c: ConsoleContext, notices: Readonly<Record<string, string>>): string | undefined {
  const name = c.req.query("notice") ?? "";
  return Object.hasOwn(notices, name) ? notices[name] : undefined;
}

export function download(body: BodyInit, type: string, filename: string): Response {
  return new Response(body, {
    headers: {
      "Content-Type": `${type}; charset=utf-8`,
      "Content-Disposition": `attachment; filename="${filename}"`,
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
    },
  });
}
