/** What every way of signing in answers for itself. */
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

/** Who is at the browser, the answer that leads to knowing it, or words for when it is known after consent. */
export type Identified = { user: User } | { respond: Response } | { later: string };

export interface SignIn {
  identify(request: Request, context: SignInContext): Promise<Identified>;
  /** Answers `/sign-in/callback`, where a sign-in elsewhere comes back. */
  callback?(request: Request, context: SignInContext): Promise<Response>;
}

export const callbackPath = "/sign-in/callback";
