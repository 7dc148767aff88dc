/** What the pages of a login need: the provider, the APIs that are served, and who signs people in. */
import type { OAuthHelpers } from "@cloudflare/workers-oauth-provider";
import type { DeployedApi } from "../terms/manifest.ts";
import type { SignIn, SignInContext } from "./sign-in/sign-in.ts";

export interface AuthorizeContext extends SignInContext {
  oauth: OAuthHelpers;
  apis: DeployedApi[];
  signIn: SignIn;
}
