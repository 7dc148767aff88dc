/** The ways to sign in, by the value of `SIGN_IN`. */
import { onceFor } from "../../terms/once.ts";
import { own } from "../../terms/own.ts";
import type * as project from "../../terms/public.ts";
import { local } from "./local.ts";
import { oidc } from "./oidc.ts";
import { adopted } from "./own.ts";
import type { SignIn } from "./sign-in.ts";
import { upstream } from "./upstream.ts";

const all = onceFor(
  (ofProject: readonly project.SignIn[]) =>
    new Map([local, oidc, upstream, ...ofProject.map(adopted)].map((one) => [one.name, one])),
);

/** @param name as the settings have it, which know no other names */
export function signInNamed(name: string): SignIn {
  return all(own()["sign-in"]).get(name)!;
}
