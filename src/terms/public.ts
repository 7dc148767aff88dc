/**
 * All that is public of isogate: what a project of an operator's own may add, in `isogate.config.ts`. An export is the
 * registration: `export const nightly = defineRule({ … })`. The built-in rules, schemes, ways to sign in and sinks
 * implement these interfaces too. Imports nothing: the package's types are made of this file alone.
 */

/** What an operation does to the world. */
export type Access = "read" | "write" | "delete";

/** One method of one path of a document. */
export interface Operation {
  id: string;
  /** Lower case. */
  method: string;
  /** As the document has it: `/zones/{zone}`. */
  path: string;
  summary: string;
  tags: string[];
  access: Access;
  deprecated: boolean;
}

/** The request that a rule decides on. */
export interface RuleRequest {
  /** Name of the API in the deployment. */
  api: string;
  operation: Operation;
  access: Access;
  /** What the connection was granted. */
  caller: { access: Record<string, Access[]> };
  /** Whatever changes something is only listed, and not sent. */
  plan: boolean;
  /** Upper case. */
  method: string;
  /** The path as it is sent, without the base path. */
  path: string;
  query: Iterable<[name: string, value: string]>;
  /** By lower-case name, as the code set them, before anything was removed. */
  headers: ReadonlyMap<string, string>;
}

/** `reason`: a sentence for the model, which it passes on to the user. */
export type Verdict = { effect: "allow" | "ask" } | { effect: "deny"; reason?: string };

/**
 * A policy rule: a pure, quick function from a request to a verdict. A deny of any rule wins over an ask, and an ask over an
 * allow; no rule allows what the grant of a connection does not.
 */
export interface Rule {
  /** In words, for the record of a request: "no deploys on Fridays". */
  name: string;
  /** @returns undefined if the rule does not apply. A rule that throws or returns anything else denies the request. */
  decide(request: RuleRequest): Verdict | undefined;
}

/** A security scheme as an OpenAPI document or an API file declares it. */
export interface DeclaredScheme {
  type: "apiKey" | "http" | "oauth2" | "openIdConnect";
  in?: "header" | "query" | "cookie" | undefined;
  name?: string | undefined;
  scheme?: string | undefined;
  [member: string]: unknown;
}

export interface Credential {
  in: "header" | "query" | "cookie";
  /** That of a header is in lower case. */
  name: string;
  value: string;
}

/** What became of a request to a token endpoint. */
export type Sent =
  { ok: true; response: Response } | { ok: false; reason: "refused" | "lost" | "timeout"; message: string };

export interface SigningContext {
  /** Name of the scheme in the document or the API file. */
  name: string;
  declared: DeclaredScheme;
  /** The secret's value, as the operator stored it. */
  secret: string;
  /** Name of the secret, for messages. */
  secretName: string;
  /** Scopes that the operation's security requirement names. */
  scopes: readonly string[];
  /** What a relative token endpoint is relative to: the base URL of the API. */
  base?: string | undefined;
  /** Fetches a token; the gateway's own sender, under the same address rules. */
  send(request: Request): Promise<Sent>;
}

export type Signed =
  | {
      ok: true;
      credential: Credential;
      /** Every string that must not come back in an answer. */
      secrets: string[];
      /** Drops what the credential was made of, because the API refuses it: the next one will be different. */
      renew?(): void;
    }
  | { ok: false; failure: { kind: "misconfigured"; message: string; next: string } };

/**
 * A security scheme: how a credential is made from a secret. It goes where the declaration says: an `apiKey` to its place,
 * everything else into the header `authorization`.
 */
export interface Scheme<Outcome = Signed> {
  /** As the documentation calls it. */
  name: string;
  /** Whether a declared scheme is one of this kind. */
  handles(declared: DeclaredScheme): boolean;
  sign(context: SigningContext): Outcome | Promise<Outcome>;
}

/** Who signed in. */
export interface User {
  /** Stable, unique among the users of this way to sign in. isogate stores a digest of it behind the name of the sign-in. */
  id: string;
  /** Shown to the user, so that they see which account it is. */
  label: string;
  /** The e-mail address that the identity provider vouches for: OPERATORS may name it. */
  address?: string | undefined;
}

/** Who is at the browser, or the answer that finds out, such as a form or a redirect. */
export type Identified = { user: User } | { respond: Response };

/** The values of the variables and secrets that a sign-in or a sink names, as far as they are set. */
export type Variables = Readonly<Record<string, string | undefined>>;

export interface SignInContext {
  /** The origin that people use for this server. */
  origin: string;
  variables: Variables;
}

/** Who has signed in elsewhere, and the path of this server that they wanted to see. A session begins. */
export interface SignedIn {
  user: User;
  returnTo: string;
}

/** A way to sign in, chosen by `"SIGN_IN": "<name>"`. A call that throws, or takes longer than 10 s, signs nobody in. */
export interface SignIn {
  /** Lower-case letters, digits and hyphens. */
  name: string;
  /** Names of settings that it reads, from deployment.jsonc or the environment. */
  variables?: readonly string[];
  /** Names of secrets that it reads. */
  secrets?: readonly string[];
  /**
   * Asked whenever somebody opens a page of this server. With a `callback`, only where the browser has no session yet;
   * without one, a request has to show by itself who sends it, such as by a header of a proxy.
   */
  identify(request: Request, context: SignInContext): Identified | Promise<Identified>;
  /** Answers `/sign-in/callback`, where a form is sent to, or the browser returns from a sign-in elsewhere. */
  callback?(request: Request, context: SignInContext): Response | SignedIn | Promise<Response | SignedIn>;
  /** Whether somebody who signed in earlier may still use this server. Asked at every use; pure. Default: yes. */
  admits?(user: User, settings: Pick<SignInContext, "variables">): boolean;
}

/** The record of a request that a run sent or tried to send: never bodies, never secrets. */
export interface RequestRecord {
  api: string;
  method: string;
  /** Without secret query parameters. */
  url: string;
  /** Id of the operation that it matched. */
  operation?: string;
  /** What that operation does, as the document or the API file has it. */
  access?: Access;
  /**
   * `waiting`: not sent, a person has to approve it. `planned`: not sent, only listed. `under way`: sent or about to be,
   * perhaps after the run ended.
   */
  outcome: "answered" | "denied" | "unreachable" | "unknown" | "waiting" | "planned" | "under way";
  /** HTTP status of the answer. */
  status?: number;
  /** When the gateway got it, in milliseconds since the epoch. */
  startedAtMs?: number;
  durationMs: number;
  /** Bytes of the request body, and of the response body as far as it was read. */
  bytesUp: number;
  bytesDown: number;
  /** The rule that decided, in words. */
  rule?: string;
}

/** What is known when a run begins. */
export interface RunStart {
  runId: string;
  /** Milliseconds since the epoch. */
  startedAtMs: number;
  /** `search` or `execute`. */
  tool: string;
  code: string;
  client: { id: string; name?: string };
  /** What the connection was granted, by API. */
  access: Record<string, Access[]>;
  /** Writes were only listed. */
  plan?: boolean;
}

export interface RunRecord extends RunStart {
  durationMs: number;
  /** `ok`, or the kind of failure. */
  outcome: string;
  /** What the model was told. */
  failure?: { sentence: string; next: string };
  requests: RequestRecord[];
}

export interface SinkContext {
  userId: string;
  variables: Variables;
}

/** A place that records runs. It works after the answer: it neither delays a run nor makes it fail. */
export interface Sink<Context = SinkContext> {
  name: string;
  /** Names of settings that it reads, from deployment.jsonc or the environment. */
  variables?: readonly string[];
  /** Names of secrets that it reads. */
  secrets?: readonly string[];
  /** A run has begun. Optional: the end counts. */
  begin?(start: RunStart, context: Context): void | Promise<void>;
  /**
   * A run has ended. A rejection counts it as lost, and affects nothing else.
   * @param end `result`: the whole result as JSON text, if the code returned one. `lost`: runs of this user that this sink
   *   has lost since its last success.
   */
  end(end: { record: RunRecord; result?: string; lost: number }, context: Context): void | Promise<void>;
}

/** A page of a list, as `api.pages` got it. */
export interface Page {
  operation: Operation;
  /** The address that it came from. */
  url: string;
  status: number;
  /** By lower-case name. */
  headers: Record<string, string>;
  data: unknown;
  /** The items that isogate found in it, if it found a list. */
  items: readonly unknown[] | undefined;
}

/** Where the next page is: at an address, or with other values in the query, the headers or the body. Or there is none. */
export type NextPage =
  | { url: string }
  | { query?: Record<string, unknown>; headers?: Record<string, unknown>; body?: Record<string, unknown> }
  | "end";

/**
 * A way of paging, asked before the built-in ones. It runs in the isolate, beside the code of a model: nothing that is secret
 * may be in it, or in what it imports.
 */
export interface Paging {
  name: string;
  /** @returns undefined for a page that is not of this kind: isogate then looks for the next page itself */
  next(page: Page): NextPage | undefined;
}

/** What was defined, by kind. */
export interface Defined {
  rule: Rule;
  scheme: Scheme;
  "sign-in": SignIn;
  sink: Sink;
  paging: Paging;
}

export type Kind = keyof Defined;

/** Marks what was defined, and lists all of it: what is not exported would do nothing. */
const mark = /* @__PURE__ */ Symbol.for("isogate.defined");
const every = /* @__PURE__ */ Symbol.for("isogate.every");

/** What each kind has to have, and may have. Another member is a mistake, or belongs to a later version. */
const shapes: Record<Kind, { needs: Record<string, Type>; may: Record<string, Type> }> = {
  rule: { needs: { name: "string", decide: "function" }, may: {} },
  scheme: { needs: { name: "string", handles: "function", sign: "function" }, may: {} },
  "sign-in": {
    needs: { name: "string", identify: "function" },
    may: { variables: "list of texts", secrets: "list of texts", callback: "function", admits: "function" },
  },
  sink: {
    needs: { name: "string", end: "function" },
    may: { variables: "list of texts", secrets: "list of texts", begin: "function" },
  },
  paging: { needs: { name: "string", next: "function" }, may: {} },
};

type Type = "string" | "function" | "list of texts";

/** Adds a policy rule. @throws TypeError that says what is wrong with it */
/* @__NO_SIDE_EFFECTS__ */
export function defineRule(rule: Rule): Rule {
  return defined("rule", rule);
}

/** Adds a security scheme. It is asked before the built-in ones. @throws TypeError that says what is wrong with it */
/* @__NO_SIDE_EFFECTS__ */
export function defineScheme(scheme: Scheme): Scheme {
  return defined("scheme", scheme);
}

/** Adds a way to sign in: `"SIGN_IN": "<name>"`. @throws TypeError that says what is wrong with it */
/* @__NO_SIDE_EFFECTS__ */
export function defineSignIn(signIn: SignIn): SignIn {
  return defined("sign-in", signIn);
}

/** Adds a sink. @throws TypeError that says what is wrong with it */
/* @__NO_SIDE_EFFECTS__ */
export function defineSink(sink: Sink): Sink {
  return defined("sink", sink);
}

/** Adds a way of paging, for `api.pages`. @throws TypeError that says what is wrong with it */
/* @__NO_SIDE_EFFECTS__ */
export function definePaging(paging: Paging): Paging {
  return defined("paging", paging);
}

function defined<const What extends Kind>(kind: What, member: Defined[What]): Defined[What] {
  const { needs, may } = shapes[kind];
  if (typeof member !== "object" || member === null) throw new TypeError(`A ${kind} is an object.`);
  const all: Record<string, Type> = { ...needs, ...may };
  for (const [name, value] of Object.entries(member)) {
    const type = Object.hasOwn(all, name) ? all[name] : undefined;
    if (type === undefined)
      throw new TypeError(
        `A ${kind} has no member "${name}" in this version of isogate. It has: ${Object.keys(all).join(", ")}.`,
      );
    if (value !== undefined && !isOf(type, value))
      throw new TypeError(`"${name}" of a ${kind} has to be a ${type}.`);
  }
  const missing = Object.keys(needs).find((name) => !(member as unknown as Record<string, unknown>)[name]);
  if (missing !== undefined) throw new TypeError(`A ${kind} needs "${missing}".`);
  const made = { ...member, [mark]: kind };
  const global = globalThis as { [every]?: object[] };
  (global[every] ??= []).push(made);
  return made;
}

function isOf(type: Type, value: unknown): boolean {
  if (type !== "list of texts") return typeof value === type;
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}
