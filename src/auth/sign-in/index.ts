/** The ways to sign in, by the value of `SIGN_IN`. */
import type { Settings } from "../settings.ts";
import { local } from "./local.ts";
import { oidc } from "./oidc.ts";
import type { SignIn } from "./sign-in.ts";
import { upstream } from "./upstream.ts";

export const signIns: Record<Settings["SIGN_IN"], SignIn> = { local, oidc, upstream };
