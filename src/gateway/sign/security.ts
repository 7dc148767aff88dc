/**
 * An operation's security requirements, and the schemes that they name: the API file overrides the document
 * (OpenAPI 3.1 sections 4.8.10 and 4.8.30). Pure.
 */
import { objectOf } from "../../spec/objects.ts";
import { SecurityScheme, type ApiFile } from "../../terms/api-file.ts";
import type { OpenedCatalog } from "../../spec/catalog.ts";

/** One alternative, whose schemes are all needed: names of schemes with the scopes they need. */
export type Requirement = Record<string, string[]>;

export type AuthFile = Pick<ApiFile, "auth" | "credential">;

/**
 * The alternatives for an operation, in their order; an empty list means that it needs nothing. If the document does
 * not declare a scheme and the file does not set `auth.security`, each scheme that has a secret is an alternative.
 * @param operation an operation object of the catalog, which already has the file's `auth.security`
 */
export function requirementsOf(
  operation: Record<string, unknown>,
  catalog: OpenedCatalog,
  file: AuthFile,
): Requirement[] {
  const declared = operation["security"];
  if (Array.isArray(declared) && declared.length > 0) return declared.filter(isRequirement);
  const corrected = Object.keys(file.auth?.schemes ?? {});
  const isSilent = Object.keys(schemesOf(catalog, file)).every((name) => corrected.includes(name));
  if (!isSilent || file.auth?.security) return [];
  return schemesWithSecret(file).map((name) => ({ [name]: [] }));
}

/** The schemes that the API file has a credential for. */
export function schemesWithSecret({ credential }: AuthFile): string[] {
  if (!credential) return [];
  if (credential.from === "oauth") return [credential.scheme];
  return Object.keys(credential.from === "shared" ? credential.secrets : credential.fields);
}

const known = new WeakMap<OpenedCatalog, WeakMap<object, Record<string, SecurityScheme>>>();
const noCorrections = {};

/** All schemes by name. A scheme of the file replaces the document's. */
export function schemesOf(catalog: OpenedCatalog, file: AuthFile): Record<string, SecurityScheme> {
  let byFile = known.get(catalog);
  if (!byFile) known.set(catalog, (byFile = new WeakMap()));
  const key = file.auth?.schemes ?? noCorrections;
  let schemes = byFile.get(key);
  if (!schemes) byFile.set(key, (schemes = readSchemes(catalog, file)));
  return schemes;
}

function readSchemes(catalog: OpenedCatalog, file: AuthFile): Record<string, SecurityScheme> {
  const components = objectOf(catalog.spec["components"]);
  const found: Record<string, SecurityScheme> = {};
  const corrections = file.auth?.schemes ?? {};
  for (const [name, declared] of Object.entries(objectOf(components["securitySchemes"]))) {
    const parsed = SecurityScheme.safeParse(corrections[name] ?? declared);
    if (parsed.success) found[name] = parsed.data;
  }
  return { ...corrections, ...found };
}

function isRequirement(value: unknown): value is Requirement {
  return typeof value === "object" && value !== null && Object.values(value).every(Array.isArray);
}
