/** What every way of signing in answers for itself. */
import type { OAuthHelpers } from "@cloudflare/workers-oauth-provider";
import type { DeployedApi } from "../../terms/manifest.ts";
import type { Settings } from "../settings.ts";

export interface User {
  /** Stable, unique in this deployment, without `:`. */
  id: string;
  /** Shown to the person, so that they see which account it is. */
  label: string;
}

export interface SignInContext {
  env: Env;
  settings: Settings;
  /** The origin that we speak for. */
  origin: string;
  loopback: boolean;
}

/** What the pages of a login need besides: the OAuth provider, the APIs that are served, and who signs people in. */
export interface AuthorizeContext extends SignInContext {
  oauth: OAuthHelpers;
  apis: DeployedApi[];
  signIn: SignIn;
}

/** Who is at the browser, or the answer that leads to knowing it. */
export type Identified = { user: User } | { respond: Response };

/** On the consent page it may be known only afterwards: words for when. */
export type IdentifiedAtConsent = Identified | { later: string };

export interface SignIn {
  identify(request: Request, context: SignInContext): Promise<Identified>;
  /** The same on the consent page, where it is something else. */
  identifyAtConsent?(request: Request, context: SignInContext): Promise<IdentifiedAtConsent>;
  /** Answers `/sign-in/callback`, where a sign-in elsewhere comes back. */
  callback?(request: Request, context: SignInContext): Promise<Response>;
}

export const callbackPath = "/sign-in/callback";
