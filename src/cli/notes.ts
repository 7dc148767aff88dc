/**
 * What is known of an API before its first call, and would make calls fail or surprise: each in a sentence that ends in
 * what to type. Pure but for what it is given.
 */
import { relative } from "node:path";
import { credentialsWanted, unsignedOperations } from "../deployment/useless-secrets.ts";
import { addressProblem } from "../request/address.ts";
import { schemesOf } from "../request/security.ts";
import { baseUrls } from "../request/servers.ts";
import { objectOf } from "../spec/objects.ts";
import { type ConfiguredApi, type PreparedApi } from "./apis.ts";
import { printable } from "./compile-report.ts";
import { commandFor } from "./places.ts";
import type { ApiLock } from "./api/lock.ts";

export interface Known {
  /** Secrets that the file names and nobody has set. */
  missing: readonly string[];
  /** In which file somebody tried to set such a secret. */
  tried?: (secret: string) => string | undefined;
  /** What is odd about those that are set, in sentences. */
  odd?: readonly string[];
  /** The lock file beside the API file, if there is one. */
  lock?: ApiLock | undefined;
}

/** Where a person sets something of an API: with an option of the command, or in its file. */
interface Way {
  set(option: string, members: string): string;
}

/** @returns lines for the terminal, each with its mark: `!` for what makes calls fail */
export function notesOn(configured: ConfiguredApi, prepared: PreparedApi, known: Known): string[] {
  const way = wayFor(configured);
  const { name } = configured;
  const bad = [
    ...serverNotes(prepared, way),
    ...credentialNotes(prepared, way),
    ...known.missing
      .filter((secret) => !namesNoScheme(secret, prepared))
      .map((secret) => missingNote(secret, known.tried?.(secret))),
    ...(known.odd ?? []),
  ];
  const file = configured.path && relative(process.cwd(), configured.path);
  if (known.lock && file && known.lock.hash !== prepared.api.hash)
    bad.push(
      `The document is not the one that ${file.replace(/\.jsonc$/, ".lock.json")} holds: ${commandFor("api", `check ${name}`)} prints what changed, and ${commandFor("api", `refresh ${name}`)} accepts it.`,
    );
  return [...bad.map((sentence) => `  ! ${sentence}`), ...signingNote(prepared)].map(printable);
}

/** Whether a secret is for schemes that are not there: setting it would not help. */
function namesNoScheme(secret: string, { api, opened }: PreparedApi): boolean {
  const { credential } = api.file;
  if (credential?.from !== "shared") return false;
  const schemes = Object.keys(credential.secrets).filter((scheme) => credential.secrets[scheme] === secret);
  const known = schemesOf(opened, api.file);
  return schemes.length > 0 && !schemes.some((scheme) => known[scheme]);
}

function wayFor({ path }: ConfiguredApi): Way {
  if (path === undefined) return { set: (option) => `start with ${option}` };
  const file = relative(process.cwd(), path);
  return { set: (_, members) => `add ${members} to ${file}` };
}

/** The servers as the document has them, and what the gateway makes of them. */
function serverNotes({ api, opened }: PreparedApi, way: Way): string[] {
  const bases = baseUrls(serversOf(opened));
  if (bases.length === 0) {
    const [first] = serversOf(opened).map(({ url }) => url);
    const told = first === undefined || first === "/" ? "" : ` ("${first}")`;
    return [
      `The document does not say where the API is${told}: ${way.set("--server https://…", '"server": "https://…"')}, with the base URL of the API.`,
    ];
  }
  const problems = bases.flatMap((base) => addressProblem(base, api.file) ?? []);
  // With several servers a person chooses by what works.
  if (problems.length < bases.length) return [];
  const [base = ""] = bases;
  const { protocol, hostname } = new URL(base);
  const members = [
    ...(protocol === "http:" ? ['"allowHttp": true'] : []),
    ...(addressProblem(base, { allowHttp: true }) === undefined ? [] : [`"allowPrivate": ["${hostname}"]`]),
  ].join(" and ");
  const why = protocol === "http:" ? "is not https" : "is in a private network";
  return [
    `The document's server ${base} ${why}, so calls are refused. If that is right: ${way.set(`--server ${base}`, members)}.`,
  ];
}

/** Those of the document, or of its first operations where it has none of its own. */
function serversOf(opened: PreparedApi["opened"]): { url?: string }[] {
  const own = opened.spec["servers"];
  const [first] = opened.operations;
  const servers = first ? opened.operationObject(first)["servers"] : own;
  return [own, servers].flatMap((each) => (Array.isArray(each) ? each.map(objectOf) : []));
}

function credentialNotes({ api, opened }: PreparedApi, way: Way): string[] {
  const wanted = credentialsWanted(api.file, opened);
  if (wanted.length === 0) return [];
  const options = wanted.map((scheme) => `--credential ${shellWord(scheme)}=VAR`).join(" ");
  const secrets = Object.fromEntries(wanted.map((scheme) => [scheme, "VAR"]));
  const member = `"credential": ${JSON.stringify({ from: "shared", secrets }, undefined, 1).replaceAll(/\s+/g, " ")}`;
  return [
    `The document asks for the credential ${wanted.join(" and ")}, and none is configured: ${way.set(options, member)}, where the environment variable VAR holds the secret.`,
  ];
}

function shellWord(text: string): string {
  return /^[\w.-]+$/.test(text) ? text : JSON.stringify(text);
}

function missingNote(secret: string, tried: string | undefined): string {
  const there = tried === undefined ? "" : `, although ${tried} names it: write ${secret}=… into .env`;
  return `${secret} is not set${there}. Search works; to call the API, set ${secret} in the environment, .env or .dev.vars, and restart.`;
}

/** What leaves without a credential, where a reader could think that it has one. */
function signingNote({ api, opened }: PreparedApi): string[] {
  const unsigned = unsignedOperations(api.file, opened);
  const total = opened.operations.length;
  if (unsigned === 0) return [];
  const which =
    unsigned === total
      ? total === 1
        ? "Its operation is"
        : "All operations are"
      : `${count(unsigned)} of ${count(total)} operations ${unsigned === 1 ? "is" : "are"}`;
  return [`  ${which} sent without a credential: the document asks for none.`];
}

function count(number: number): string {
  return number.toLocaleString("en-US");
}
