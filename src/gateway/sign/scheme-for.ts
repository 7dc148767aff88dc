import type { SecurityScheme } from "../../terms/api-file.ts";
import { ownSchemes } from "./own-schemes.ts";
import { schemes } from "./schemes/index.ts";
import type { Scheme } from "./schemes/scheme.ts";

/** The security scheme that signs by a declaration, or undefined if the gateway cannot sign by it. */
export function schemeFor(declared: SecurityScheme): Scheme | undefined {
  const chosen = ownSchemes().find((scheme) => scheme.handles(declared));
  if (chosen) return chosen;
  const fitting = schemes.filter((scheme) => scheme.handles(declared));
  return fitting.find(({ isFallback }) => !isFallback) ?? fitting[0];
}
