/** What every way of signing in implements. */
import type { OAuthHelpers } from "@cloudflare/workers-oauth-provider";
import type { DeployedApi } from "../../terms/manifest.ts";
import type * as project from "../../terms/public.ts";
import type { User } from "../../terms/user.ts";
import type { Standing } from "../../vault/upstream-tokens.ts";
import type { Settings } from "../settings.ts";

export type { User };

export interface SignInContext extends project.SignInContext {
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

/** What is public of it (src/terms/public.ts) is what a sign-in of an operator's project has. */
export interface SignIn extends project.SignIn {
  identify(request: Request, context: SignInContext): Promise<Identified>;
  /** The same on the consent page, if it differs there. */
  identifyAtConsent?(request: Request, context: SignInContext): Promise<IdentifiedAtConsent>;
  callback?(request: Request, context: SignInContext): Promise<Response>;
  /** Whether somebody who signed in earlier may still use this server, as far as its settings say. Pure. */
  admits(user: User, settings: Settings): boolean;
  /**
   * Asks the identity provider whether the user still may. Missing where it cannot be asked.
   * @param freshMs how old the last answer may be
   */
  standing?(user: User, context: Pick<SignInContext, "env" | "settings">, freshMs: number): Promise<Standing>;
}

export const callbackPath = "/sign-in/callback";
