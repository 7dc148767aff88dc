/** What every way of signing in implements. */
import type { OAuthHelpers } from "@cloudflare/workers-oauth-provider";
import type { DeployedApi } from "../../terms/manifest.ts";
import type { Settings } from "../settings.ts";

export interface User {
  /** Stable, unique in this deployment, without `:`. */
  id: string;
  /** Shown to the user, so that they see which account it is. */
  label: string;
}

export interface SignInContext {
  env: Env;
  settings: Settings;
  /** The origin that clients use for this server. */
  origin: string;
  loopback: boolean;
  signIn: SignIn;
}

/** What the pages of a login also need: the OAuth provider, and the APIs that are served. */
export interface AuthorizeContext extends SignInContext {
  oauth: OAuthHelpers;
  apis: DeployedApi[];
}

/** Who is at the browser, or the answer that finds out. */
export type Identified = { user: User } | { respond: Response };

/** The consent page may come before the sign-in: `later` says when that will be. */
export type IdentifiedAtConsent = Identified | { later: string };

export interface SignIn {
  identify(request: Request, context: SignInContext): Promise<Identified>;
  /** The same on the consent page, if it differs there. */
  identifyAtConsent?(request: Request, context: SignInContext): Promise<IdentifiedAtConsent>;
  /** Answers `/sign-in/callback`, where the browser returns from a sign-in elsewhere. */
  callback?(request: Request, context: SignInContext): Promise<Response>;
}

export const callbackPath = "/sign-in/callback";
