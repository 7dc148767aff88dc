/** The security scheme that a declaration is signed by. */
import type { SecurityScheme } from "../../terms/api-file.ts";
import { schemes } from "./schemes/index.ts";
import type { Scheme } from "./schemes/scheme.ts";

const inOrder = [
  ...schemes.filter(({ isFallback }) => !isFallback),
  ...schemes.filter(({ isFallback }) => isFallback),
];

/** @returns undefined if the gateway cannot sign what is declared */
export function schemeFor(declared: SecurityScheme): Scheme | undefined {
  return inOrder.find((scheme) => scheme.handles(declared));
}
