/**
 * `specs/<name>.jsonc`: everything a person can say about one API. One schema serves the scripts, the Worker,
 * the published JSON Schema and the documentation.
 */
import { z } from "zod";
import { type Budget, budgets, type BudgetName } from "./budgets.ts";

/** What an operation does to the world. Decided by its method, unless the API's file says otherwise. */
export const Access = z.enum(["read", "write", "delete"]);
export type Access = z.infer<typeof Access>;

/** Name of an API in a deployment: it becomes `apis.<name>`, `/mcp/<name>` and the prefix of its scopes. */
export const ApiName = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,39}$/, "a name is a lower-case letter, then up to 39 of a-z, 0-9 and _");

const Effect = z.enum(["allow", "ask", "deny"]);
type Effect = z.infer<typeof Effect>;

/**
 * One rule of the policy. Every member that is given must fit; a list fits if one of its entries does.
 * `path` is a template as in the document or a path as it is sent (without the base path), where `*` stands for
 * anything within it. Of all rules that fit, deny wins over ask, and ask over allow.
 */
export const PolicyRule = z.strictObject({
  effect: Effect,
  method: z.union([z.string(), z.array(z.string())]).optional(),
  path: z.union([z.string(), z.array(z.string())]).optional(),
  operation: z.union([z.string(), z.array(z.string())]).optional(),
  tag: z.union([z.string(), z.array(z.string())]).optional(),
  access: z.union([Access, z.array(Access)]).optional(),
  /** Shown to the model when this rule decides. */
  reason: z.string().optional(),
});
export type PolicyRule = z.infer<typeof PolicyRule>;

/** A security scheme as OpenAPI writes it, for documents that declare none or a wrong one. */
export const SecurityScheme = z.looseObject({
  type: z.enum(["apiKey", "http", "oauth2", "openIdConnect"]),
  in: z.enum(["header", "query", "cookie"]).optional(),
  name: z.string().optional(),
  scheme: z.string().optional(),
  /** Put before the secret, for an apiKey in `Authorization` that wants `Bearer ` or `Bot ` first. */
  prefix: z.string().optional(),
  /**
   * How an oauth2 scheme gets its token: `token` (the secret is one), `clientCredentials` (the secret is
   * `client_id:client_secret`; the default where the document offers nothing else), `refreshToken` (the secret is
   * JSON with `client_id`, `client_secret` and `refresh_token`).
   */
  grant: z.enum(["token", "clientCredentials", "refreshToken"]).optional(),
  /** Token endpoint, instead of the document's. */
  tokenUrl: z.string().optional(),
  /** How the client says who it is at the token endpoint; `basic` by default. */
  clientAuth: z.enum(["basic", "body"]).optional(),
  /** Further parameters of the token request (`audience`, `resource`). */
  tokenParameters: z.record(z.string(), z.string()).optional(),
});
export type SecurityScheme = z.infer<typeof SecurityScheme>;

const SecretName = z.string().regex(/^[A-Z][A-Z0-9_]*$/, "a secret's name is A-Z, 0-9 and _");

/** One credential for everybody: a Worker secret. */
export const SharedCredential = z.strictObject({
  from: z.literal("shared"),
  /** Name of a security scheme → name of the Worker secret. */
  secrets: z.record(z.string(), SecretName),
});

/** Everybody brings their own: pasted on the consent page, kept sealed in the grant. */
export const UserCredential = z.strictObject({
  from: z.literal("user"),
  /** Name of a security scheme → what to paste, in words ("Personal access token"). */
  fields: z.record(z.string(), z.string().min(1)),
  /** Where a person gets it. */
  help: z.url({ protocol: /^https$/ }).optional(),
  /** Path of a cheap GET operation with which a credential is tried before it is accepted. */
  check: z.string().startsWith("/"),
});

/** Everybody logs in at the API's own OAuth server, from the consent page; the tokens are refreshed here. */
export const OAuthCredential = z.strictObject({
  from: z.literal("oauth"),
  /** Name of the security scheme that the access token is for. */
  scheme: z.string(),
  authorizationUrl: z.url({ protocol: /^https?$/ }),
  tokenUrl: z.url({ protocol: /^https?$/ }),
  clientId: z.string().min(1),
  /** Name of the Worker secret; none for a public client. */
  clientSecret: SecretName.optional(),
  /** What to ask the API for, in its own words. */
  scopes: z.array(z.string()).default([]),
  /** Parameters that this server wants beside the standard ones (`access_type=offline`). */
  parameters: z.record(z.string(), z.string()).optional(),
  /** Who it is, for SIGN_IN=upstream: path of a GET operation, and the members that hold a stable id and a name. */
  account: z.strictObject({ path: z.string().startsWith("/"), id: z.string(), label: z.string() }).optional(),
});

export const Credential = z.discriminatedUnion("from", [SharedCredential, UserCredential, OAuthCredential]);
export type Credential = z.infer<typeof Credential>;
export type UserCredential = z.infer<typeof UserCredential>;
export type OAuthCredential = z.infer<typeof OAuthCredential>;

export const ApiFile = z.strictObject({
  $schema: z.string().optional(),
  /** Where the document is: a path beside this file, a URL, or `npm:<package>@<version>/<path>`. */
  source: z.string().min(1),
  /** Origins (`https://schemas.example.com`) that the document's `$ref`s may lead to, beside its own folder or origin. */
  references: z.array(z.string()).optional(),
  /** Shown to people and models instead of the document's own title. */
  title: z.string().optional(),
  /** Base URL of the API, instead of the servers that the document names. */
  server: z.string().optional(),
  /** Lets the gateway use http. Without it only https leaves. */
  allowHttp: z.boolean().optional(),
  /** Private addresses or host names that the gateway may call (`127.0.0.1`, `localhost`). */
  allowPrivate: z.array(z.string()).optional(),
  /** Corrections for a document that is wrong about its authentication. */
  auth: z
    .strictObject({
      schemes: z.record(z.string(), SecurityScheme).optional(),
      /** Security requirements for every operation, as OpenAPI's top-level `security`. */
      security: z.array(z.record(z.string(), z.array(z.string()))).optional(),
    })
    .optional(),
  /** Where the credential comes from. */
  credential: Credential.optional(),
  /** Access of single operations (by id or `METHOD /path`), where the method says it wrong. */
  access: z.record(z.string(), Access).optional(),
  policy: z.array(PolicyRule).optional(),
  /** What holds for an operation that no rule of the policy fits; `allow` by default. */
  otherwise: Effect.optional(),
  /**
   * Path parameters that may hold a slash, by the template that they stand in (`*` for anything): sent as it is
   * (`raw`, when the API takes a path there) or as `%2F` (`encoded`). Everywhere else a slash is refused.
   */
  slashes: z
    .array(
      z.strictObject({ path: z.union([z.string(), z.array(z.string())]), as: z.enum(["raw", "encoded"]) }),
    )
    .optional(),
  /** Origins (`https://files.example.com`) that a redirect of a read may lead to; no credential goes there. */
  redirectTo: z.array(z.string()).optional(),
  /** Prefixes of the API's own origin that may be called although the document does not describe them. */
  outside: z.array(z.strictObject({ prefix: z.string(), access: Access })).optional(),
  /**
   * What the check of code before it runs does with calls that do not fit the document: refuses them (`block`, the
   * default), only warns about them, or does not look at all.
   */
  check: z.enum(["block", "warn", "off"]).optional(),
  /** Budgets of one run; what is left out has the default of `src/terms/budgets.ts`. */
  budgets: z.strictObject(amounts()).optional(),
});

/** A number for each budget, none of them required. */
function amounts() {
  const one = ({ most }: Budget) =>
    (most === undefined ? z.number().positive() : z.number().positive().max(most)).optional();
  return Object.fromEntries(Object.entries(budgets).map(([name, budget]) => [name, one(budget)])) as Record<
    BudgetName,
    ReturnType<typeof one>
  >;
}

export type ApiFile = z.infer<typeof ApiFile>;
