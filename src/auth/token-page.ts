/**
 * `/tokens`: the access tokens of the user who is signed in. GET lists them, POST makes one or revokes one; a page
 * of the console for people, JSON for `npm run token`. A POST must come from this origin, which every browser sends.
 */
import { z } from "zod";
import { maxDays } from "../terms/token-days.ts";
import type { DeployedApi } from "../terms/manifest.ts";
import {
  issueAccessToken,
  listAccessTokens,
  mayHaveAnotherToken,
  mostTokens,
  type AccessToken,
} from "../vault/access-tokens.ts";
import { connectionOfToken, connectionsOf } from "./connections.ts";
import { endConnection } from "./end-access.ts";
import { readFields } from "./form.ts";
import { redirect } from "./redirect.ts";
import { feedScope, isForFeed, parseScope } from "../terms/scopes.ts";
import { noteUser } from "./users.ts";
import type { AuthorizeContext, User } from "./sign-in/sign-in.ts";

export const tokensPath = "/tokens";

/** What a form has done. */
export interface Outcome {
  status?: number;
  problem?: string;
  /** What the form held whose token was not made, and which of its fields is wrong. */
  given?: { name: string; days: string; scopes: string[]; wrong: "name" | "days" | "scopes" | undefined };
  revoked?: true;
  /** The token itself: shown now and never again. */
  issued?: { token: string; record: AccessToken };
}

export interface TokensView extends Outcome {
  user: User;
  list: AccessToken[];
  apis: DeployedApi[];
  /** That clients use. */
  origin: string;
  /** What was done before this page was loaded. */
  notice: string | undefined;
}

/** Shows it to a person. */
export type RenderTokens = (view: TokensView, env: Env) => Promise<Response>;

const wholeDays = `the days are a whole number from 1 to ${maxDays}`;

const Wanted = z.object({
  name: z.string().trim().min(1, "give the token a name").max(60, "the name has more than 60 characters"),
  days: z.coerce.number(wholeDays).int(wholeDays).min(1, wholeDays).max(maxDays, wholeDays),
  scopes: z.array(z.string()).min(1, "tick at least one kind of access"),
});

/** @param render without it, everybody gets JSON */
export async function tokens(
  request: Request,
  context: AuthorizeContext,
  render?: RenderTokens,
): Promise<Response> {
  const identified = await context.signIn.identify(request, context);
  if ("respond" in identified) return identified.respond;
  const { user } = identified;
  if (request.method === "GET") return show(request, user, context, {}, render);
  if (request.method !== "POST") return new Response(null, { status: 405, headers: { Allow: "GET, POST" } });
  const outcome =
    request.headers.get("Origin") === context.origin
      ? await change(await readFields(request), user, context)
      : { status: 403, problem: "The form was sent from another site." };
  return show(request, user, context, outcome, render);
}

async function change(
  form: Awaited<ReturnType<typeof readFields>>,
  user: User,
  { env, apis, oauth, settings }: AuthorizeContext,
): Promise<Outcome> {
  const { id: userId } = user;
  if (typeof form === "number")
    return { status: form, problem: "No token was made: the form is too large, or it is not this page's." };
  const revoked = form.get("revoke");
  if (revoked !== null) {
    const connections = connectionsOf(oauth, env.OAUTH_KV, userId);
    const ender = { env, secret: settings.ISOGATE_SECRET ?? "", userId, connections, by: user };
    const known = /^[\w-]{16}$/.test(revoked) && (await endConnection(ender, connectionOfToken(revoked)));
    return known
      ? { revoked: true }
      : {
          status: 404,
          problem: "You have no token with this id. The list of tokens shows those that work now.",
        };
  }
  const given = {
    name: form.get("name") ?? "",
    days: form.get("days") ?? "",
    scopes: form.getAll("scope"),
  };
  const refused = (reason: string, wrong?: "name" | "days" | "scopes") => ({
    status: 400,
    problem: `No token was made: ${reason}.`,
    given: { ...given, wrong },
  });
  const wanted = Wanted.safeParse(given);
  if (!wanted.success) {
    const [issue] = wanted.error.issues;
    return refused(`${issue?.message}`, issue?.path[0] as keyof typeof given);
  }
  const served = new Set(apis.map(({ name }) => name));
  const { scopes } = wanted.data;
  if (scopes.includes(feedScope) && !isForFeed(scopes))
    return refused(
      "a token that opens the feed stands in its address, so it can be for nothing else",
      "scopes",
    );
  const foreign = scopes.find((text) => text !== feedScope && !served.has(parseScope(text)?.api ?? ""));
  if (foreign !== undefined)
    return refused(`unknown scope "${foreign.slice(0, 80)}" (APIs: ${[...served].join(", ")})`, "scopes");
  if (!(await mayHaveAnotherToken(env.OAUTH_KV, userId)))
    return refused(`you have ${mostTokens} tokens, and there may be no more; revoke one first`);
  await noteUser(env.OAUTH_KV, user);
  return { issued: await issueAccessToken(env.OAUTH_KV, { ...wanted.data, userId, user }) };
}

async function show(
  request: Request,
  user: User,
  context: AuthorizeContext,
  outcome: Outcome,
  render: RenderTokens | undefined,
): Promise<Response> {
  // The list of a page that has just been loaded, so that loading it again does nothing twice.
  const isPage = render && !request.headers.get("Accept")?.includes("application/json");
  if (isPage && outcome.revoked) return redirect(`${tokensPath}?notice=revoked`, new Headers());
  const list = await listAccessTokens(context.env.OAUTH_KV, user.id);
  if (!isPage)
    return Response.json(
      { tokens: list, ...(outcome.problem ? { problem: outcome.problem } : {}), ...outcome.issued },
      { status: outcome.status ?? 200, headers: { "Cache-Control": "no-store" } },
    );
  const notice =
    new URL(request.url).searchParams.get("notice") === "revoked" ? "This token works no more." : undefined;
  const { apis, origin } = context;
  return render({ user, list, apis, origin, notice, ...outcome }, context.env);
}
