/**
 * The consent page of one request. What it asks for is kept here meanwhile, bound to the browser and to the user, for
 * one use.
 */
import { baseUrls } from "../request/servers.ts";
import type { AuthRequest } from "@cloudflare/workers-oauth-provider";
import { openDeployed } from "../store/catalogs.ts";
import { paths, servedAt } from "./resources.ts";
import { outcomes } from "../gateway/decide/decisions.ts";
import { unsetSecrets } from "../gateway/sign/secrets.ts";
import { grantsOf } from "./grants.ts";
import { makeOffer, type ApiInventory } from "./consent-offer.ts";
import { consentPage } from "./pages/consent.ts";
import { messagePage } from "./pages/message.ts";
import { unknownUser, type Unnamed } from "./pending-grant.ts";
import { titleAmong } from "../terms/manifest.ts";
import type { AuthorizeContext, IdentifiedAtConsent, User } from "./sign-in/sign-in.ts";

/** The user travels with the stored request, so that a page made for one account cannot be approved by another. */
export type BoundRequest = AuthRequest &
  Unnamed & {
    userId?: string;
    /** When the page expires, in milliseconds since the epoch. */
    until?: number;
  };

/** How long a user may look at the page. The provider's store expires too, but less precisely. */
const pageLifetimeMs = 10 * 60_000;

/** Who is at the consent page. */
export function identify(request: Request, context: AuthorizeContext): Promise<IdentifiedAtConsent> {
  const { signIn } = context;
  return signIn.identifyAtConsent?.(request, context) ?? signIn.identify(request, context);
}

export type Known = Exclude<IdentifiedAtConsent, { respond: Response }>;
/** What the page says when it comes back: what was ticked, and the field that is wrong if it is one. */
export type Again = { problem: string; ticked: string[]; field?: string };

export const idOf = (identified: Known) => ("user" in identified ? identified.user.id : unknownUser);

/** @param again if it comes back; `away` if it does so at another address than its own */
export async function showConsent(
  authRequest: AuthRequest & Unnamed,
  identified: Known,
  context: AuthorizeContext,
  again?: Again & { away?: true },
): Promise<Response> {
  const client = await context.oauth.describeConsent(authRequest);
  const inventory = await takeInventory(authRequest, context);
  const wants = inventory.some(({ file }) => file.credential && file.credential.from !== "shared");
  if (wants && context.settings.ISOGATE_SECRET === undefined) return missingSecret();
  const until = Date.now() + pageLifetimeMs;
  const bound: BoundRequest = { ...authRequest, userId: idOf(identified), until };
  const { handle, headers } = await context.oauth.beginConsent(bound);
  return consentPage({
    client,
    user: "user" in identified ? identified.user.label : identified.later,
    offer: makeOffer(authRequest.scope, inventory, {
      ticked: again?.ticked,
      before: "user" in identified ? await grantedBefore(authRequest, identified.user, context) : undefined,
    }),
    handle,
    headers,
    problem: again?.problem,
    field: again?.field,
    action: again?.away && paths.authorize,
  });
}

/** The scopes of the latest grant that this client has from this user for this resource. */
async function grantedBefore(
  { clientId, resource }: AuthRequest,
  { id }: User,
  { oauth }: AuthorizeContext,
): Promise<string[] | undefined> {
  const mine = (await grantsOf(oauth, id)).filter((grant) => grant.clientId === clientId);
  const here = mine.filter((grant) => grant.resource === undefined || grant.resource === resource);
  return here.toSorted((a, b) => b.createdAt - a.createdAt)[0]?.scope;
}

function missingSecret(): Promise<Response> {
  return messagePage({
    title: "This server is not set up yet",
    sentence: "It seals its users' credentials with the secret ISOGATE_SECRET, which is not set.",
    next: "Its operator sets it once, to at least 32 random characters: wrangler secret put ISOGATE_SECRET.",
    status: 500,
  });
}

/** The APIs that the request's resource serves, with their operations. */
export async function takeInventory(
  request: AuthRequest,
  { env, origin, apis }: AuthorizeContext,
): Promise<ApiInventory[]> {
  return Promise.all(
    servedAt(request.resource ?? "", origin, apis).map(async (api) => {
      const catalog = await openDeployed(env.CATALOGS, api);
      const { operations } = catalog;
      const [base] = baseUrls(catalog.spec["servers"]);
      return {
        ...api,
        title: titleAmong(apis, api.name),
        operations,
        outcomeOf: outcomes(api, catalog),
        unset: unsetSecrets(api.file, { ...env }),
        host: base && new URL(base).host,
      };
    }),
  );
}
