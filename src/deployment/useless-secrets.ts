/** What is wrong with the security schemes and secrets that an API file names, and which its document wants. Pure. */
import type { OpenedCatalog } from "../spec/catalog.ts";
import { objectOf } from "../spec/objects.ts";
import { nearestNames } from "../request/nearest.ts";
import {
  clashIn,
  requirementsOf,
  schemesOf,
  schemesWithSecret,
  signedBy,
  unsignable,
  type Requirement,
} from "../request/security.ts";
import type { ApiFile } from "../terms/api-file.ts";

/** @param place in the API file @param nearest names that exist and resemble it */
export type AddFault = (place: (string | number)[], what: string, nearest?: readonly string[]) => void;

/**
 * Security schemes that the file names, against those that are declared, and those with a secret, against what the
 * gateway signs with: a secret that no operation is signed with is useless.
 */
export function addUselessSchemes(file: ApiFile, catalog: OpenedCatalog, add: AddFault): void {
  const named = namedSchemes(file);
  if (named.length === 0) return;
  const ofDocument = Object.keys(objectOf(objectOf(catalog.spec["components"])["securitySchemes"]));
  const declared = [...new Set([...ofDocument, ...Object.keys(file.auth?.schemes ?? {})])];
  const schemes = schemesOf(catalog, file);
  const alternatives = requirementsIn(catalog, file);
  const withSecret = new Set(schemesWithSecret(file));
  const chosen = alternatives.flatMap((each) => {
    const one = signedBy(each, (scheme) => withSecret.has(scheme));
    return one ? [one] : [];
  });
  for (const { place, scheme, isSecret } of named) {
    const known = declared.length === 0 ? "it has none" : `it has ${declared.slice(0, 5).join(", ")}`;
    if (!declared.includes(scheme))
      add(place, `The document has no security scheme "${scheme}"; ${known}`, nearestNames(declared, scheme));
    else if (isSecret && catalog.operations.length > 0) {
      const why = unsignable(schemes[scheme]);
      const clash = chosen
        .filter((requirement) => scheme in requirement)
        .flatMap((requirement) => clashIn(requirement, schemes) ?? [])
        .find((one) => one.schemes[1] === scheme);
      if (why) add(place, `isogate cannot sign with the security scheme "${scheme}": ${why}`);
      else if (clash)
        add(
          place,
          `"${clash.schemes.join('" and "')}" are needed together, and both put a credential in ${clash.place}, so such calls are refused`,
        );
      else if (!chosen.some((requirement) => scheme in requirement))
        add(place, whyUnsent(scheme, alternatives, withSecret));
    }
  }
}

function whyUnsent(scheme: string, all: Requirement[][], withSecret: ReadonlySet<string>): string {
  const asking = all.flatMap((alternatives) => alternatives.filter((requirement) => scheme in requirement));
  if (asking.length === 0)
    return `No operation asks for the security scheme "${scheme}", so its secret is never sent`;
  const absent = asking
    .flatMap((requirement) => Object.keys(requirement))
    .filter((name) => !withSecret.has(name));
  return absent.length > 0
    ? `Operations ask for the security scheme "${scheme}" only together with "${absent[0]}", which has no secret, so neither is sent`
    : `Every operation that asks for the security scheme "${scheme}" takes another one first, so its secret is never sent`;
}

/** The alternatives of each operation; of operations with the same, once. */
function requirementsIn(catalog: OpenedCatalog, file: ApiFile): Requirement[][] {
  const all = catalog.operations.map((one) => requirementsOf(catalog.operationObject(one), catalog, file));
  return [...new Map(all.map((alternatives) => [JSON.stringify(alternatives), alternatives])).values()];
}

/**
 * The security schemes that the operations of a document need, where the file has no credential at all.
 * @returns those of an alternative that isogate can sign with, if there is one; empty if every operation can do without
 */
export function credentialsWanted(file: ApiFile, catalog: OpenedCatalog): string[] {
  if (file.credential) return [];
  const needed = requirementsIn(catalog, file).filter(
    (alternatives) => alternatives.length > 0 && alternatives.every((one) => Object.keys(one).length > 0),
  );
  const schemes = schemesOf(catalog, file);
  // One that is not declared is a fault of the document, and no secret would mend it.
  const possible = needed.flat().filter((one) => Object.keys(one).every((name) => schemes[name]));
  const signable = possible.find((one) => Object.keys(one).every((name) => !unsignable(schemes[name])));
  return Object.keys(signable ?? possible[0] ?? {});
}

/** How many operations leave without a credential because neither document nor file asks for one. */
export function unsignedOperations(file: ApiFile, catalog: OpenedCatalog): number {
  const withSecret = new Set(schemesWithSecret(file));
  const isFree = (alternatives: Requirement[]) =>
    (alternatives.length === 0 || alternatives.some((one) => Object.keys(one).length === 0)) &&
    !signedBy(alternatives, (scheme) => withSecret.has(scheme));
  return catalog.operations.filter((one) =>
    isFree(requirementsOf(catalog.operationObject(one), catalog, file)),
  ).length;
}

function namedSchemes({ auth, credential }: ApiFile) {
  const named: { place: (string | number)[]; scheme: string; isSecret: boolean }[] = [];
  for (const [index, requirement] of (auth?.security ?? []).entries())
    for (const scheme of Object.keys(requirement))
      named.push({ place: ["auth", "security", index, scheme], scheme, isSecret: false });
  if (credential?.from === "oauth")
    named.push({ place: ["credential", "scheme"], scheme: credential.scheme, isSecret: true });
  const member = credential?.from === "shared" ? "secrets" : "fields";
  const schemes =
    credential?.from === "shared" ? credential.secrets : credential?.from === "user" ? credential.fields : {};
  for (const scheme of Object.keys(schemes))
    named.push({ place: ["credential", member, scheme], scheme, isSecret: true });
  return named;
}
