/**
 * Which security requirements hold for an operation and which schemes they name: the corrections of the API's file
 * before the document (OpenAPI 3.1 sections 4.8.10 and 4.8.30). Pure.
 */
import { SecurityScheme, type ApiFile } from "../deployment/api-file.ts";
import type { OpenedCatalog } from "../spec/catalog.ts";

/** One alternative: all schemes in it are needed together. Names of schemes with the scopes they need. */
export type Requirement = Record<string, string[]>;

export type AuthFile = Pick<ApiFile, "auth" | "credential">;

/**
 * The alternatives for an operation, in the document's order. An empty list: nothing is needed. Where neither the
 * file nor the document says anything, each scheme that has a secret is an alternative.
 */
export function requirementsOf(operation: Record<string, unknown>, file: AuthFile): Requirement[] {
  if (file.auth?.security) return file.auth.security;
  const declared = operation["security"];
  if (Array.isArray(declared)) return declared.filter(isRequirement);
  return schemesWithSecret(file).map((name) => ({ [name]: [] }));
}

/** The schemes that the API's file has a credential for. */
function schemesWithSecret({ credential }: AuthFile): string[] {
  switch (credential?.from) {
    case undefined:
      return [];
    case "shared":
      return Object.keys(credential.secrets);
    case "user":
      return Object.keys(credential.fields);
    case "oauth":
      return [credential.scheme];
  }
}

/** All schemes by name: those of the document, with what the file corrects laid over each. */
export function schemesOf(catalog: OpenedCatalog, file: AuthFile): Record<string, SecurityScheme> {
  const components = record(record(catalog.spec)["components"]);
  const found: Record<string, SecurityScheme> = {};
  const corrections = file.auth?.schemes ?? {};
  for (const [name, declared] of Object.entries(record(components["securitySchemes"]))) {
    const parsed = SecurityScheme.safeParse({ ...record(declared), ...corrections[name] });
    if (parsed.success) found[name] = parsed.data;
  }
  return { ...corrections, ...found };
}

function isRequirement(value: unknown): value is Requirement {
  return typeof value === "object" && value !== null && Object.values(value).every(Array.isArray);
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
