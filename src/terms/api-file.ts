/**
 * `specs/<name>.jsonc`: everything that can be configured for one API. One schema serves the commands, the Worker, the
 * published JSON Schema and docs/configuration.md, which prints the comments on the members.
 */
import { z } from "zod";
import { isNeverSent } from "./never-sent.ts";
import { type Budget, budgets, type BudgetName } from "./budgets.ts";

/** What an operation does to the world. Its method decides, unless the API file overrides it. */
export const Access = z.enum(["read", "write", "delete"]);
export type Access = z.infer<typeof Access>;

/** The name of an API in a deployment. It becomes `apis.<name>`, `/mcp/<name>` and the prefix of its scopes. */
export const ApiName = z
  .string()
  .regex(
    /^[a-z][a-z0-9_]{0,39}$/,
    "a name starts with a lower-case letter, followed by up to 39 of a-z, 0-9 and _",
  )
  // A map by name has this member before anything is put in; and what has a `then` is awaited as a promise.
  .refine((name) => name !== "constructor" && name !== "then", {
    error: "this name has a meaning of its own in JavaScript",
  });

const HeaderName = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~\w-]+$/, "this is not the name of a header")
  .refine((name) => !isNeverSent(name), {
    error: "code can never send this header: it is set by the gateway, or by a proxy in front of an API",
  });

const Effect = z.enum(["allow", "ask", "deny"]);
const emptyList = "an empty list fits nothing: leave the member out, or list something";
const OneOrMore = z.union([z.string(), z.array(z.string()).min(1, emptyList)]);

const Origin = z.string().refine((text) => /^https?:\/\/[^\s/?#@]+\/?$/i.test(text) && URL.canParse(text), {
  error: "this is an origin, scheme and host without a path, such as https://files.example.com",
});
const Host = z.string().refine(isHost, {
  error: "this is a host name or an address, without scheme, port and path, such as 127.0.0.1",
});

function isHost(text: string): boolean {
  // An address of version 6, with brackets or without.
  const isBare = !text.startsWith("[") && text.split(":").length > 2;
  if (/[\s/?#@]/.test(text) || (!isBare && /:\d*$/.test(text))) return false;
  return URL.canParse(`http://${isBare ? `[${text}]` : text}`);
}

/** A rule matches if all its members match; a list matches if one entry does. Deny beats ask, and ask beats allow. */
export const PolicyRule = z.strictObject({
  effect: Effect,
  method: OneOrMore.optional(),
  /** A template of the document, or a path as it is sent, without the base path. `*` matches anything. */
  path: OneOrMore.optional(),
  /** The id of the operation. */
  operation: OneOrMore.optional(),
  tag: OneOrMore.optional(),
  access: z.union([Access, z.array(Access).min(1, emptyList)]).optional(),
  /** Why, in a sentence. The model sees it when this rule decides. */
  reason: z.string().optional(),
});
export type PolicyRule = z.infer<typeof PolicyRule>;

/** A security scheme in OpenAPI's form, for a document that declares none or a wrong one. */
export const SecurityScheme = z.looseObject({
  type: z.enum(["apiKey", "http", "oauth2", "openIdConnect"]),
  in: z.enum(["header", "query", "cookie"]).optional(),
  name: z.string().optional(),
  scheme: z.string().optional(),
  /** Text to put before the secret, such as `Bearer ` or `Bot ` for an apiKey in `Authorization`. */
  prefix: z.string().optional(),
  /**
   * How an oauth2 scheme gets its token. `token`: the secret is the token. `clientCredentials`: the secret is
   * `client_id:client_secret`. `refreshToken`: the secret is JSON with `client_id`, `client_secret` and
   * `refresh_token`. Default: `token`, or `clientCredentials` if the document offers no other flow.
   */
  grant: z.enum(["token", "clientCredentials", "refreshToken"]).optional(),
  /** The token endpoint. Default: the one in the document. */
  tokenUrl: z.string().optional(),
  /** How to send the client's id and secret to the token endpoint. Default: `basic`. */
  clientAuth: z.enum(["basic", "body"]).optional(),
  /** Additional parameters of the token request, such as `audience` or `resource`. */
  tokenParameters: z.record(z.string(), z.string()).optional(),
});
export type SecurityScheme = z.infer<typeof SecurityScheme>;

const SecretName = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]*$/, "the name of a secret starts with A-Z, followed by A-Z, 0-9 and _");

/** One credential for all users: a Worker secret. */
export const SharedCredential = z.strictObject({
  from: z.literal("shared"),
  /** For each security scheme, the name of the Worker secret. It is none that the server or its system reads, such as `PATH`. */
  secrets: z.record(z.string(), SecretName),
});

/** Each user pastes their own credential on the consent page. It is kept sealed in the grant. */
export const UserCredential = z.strictObject({
  from: z.literal("user"),
  /** For each security scheme, what the user should paste ("Personal access token"). */
  fields: z.record(z.string(), z.string().min(1)),
  /** The page where users get it. */
  help: z.url({ protocol: /^https$/ }).optional(),
  /** The path of a cheap GET operation. A credential is accepted only if this call succeeds. */
  check: z.string().startsWith("/"),
});

/** Each user logs in at the API's own OAuth server, from the consent page. isogate refreshes the tokens. */
export const OAuthCredential = z.strictObject({
  from: z.literal("oauth"),
  /** The security scheme that the access token is for. */
  scheme: z.string(),
  authorizationUrl: z.url({ protocol: /^https?$/ }),
  tokenUrl: z.url({ protocol: /^https?$/ }),
  /**
   * The server's `issuer`, if its metadata say `authorization_response_iss_parameter_supported` (RFC 9207): an answer
   * that does not name it is refused. Without it, an answer may name no other origin than that of `authorizationUrl`.
   */
  issuer: z.url({ protocol: /^https?$/ }).optional(),
  clientId: z.string().min(1),
  /** The name of the Worker secret. Leave it out for a public client. */
  clientSecret: SecretName.optional(),
  /** The API's own scopes to request. */
  scopes: z.array(z.string()).default([]),
  /** Additional parameters of the authorization request, such as `access_type=offline`. */
  parameters: z.record(z.string(), z.string()).optional(),
  /** For `SIGN_IN=upstream`: a GET operation that returns the user, and the members with a stable id and a name. */
  account: z.strictObject({ path: z.string().startsWith("/"), id: z.string(), label: z.string() }).optional(),
});

export const Credential = z.discriminatedUnion("from", [SharedCredential, UserCredential, OAuthCredential]);
export type Credential = z.infer<typeof Credential>;
export type UserCredential = z.infer<typeof UserCredential>;
export type OAuthCredential = z.infer<typeof OAuthCredential>;

export const ApiFile = z
  .strictObject({
    $schema: z.string().optional(),
    /** Where the document is: a path relative to this file, a URL, or `npm:<package>@<version>/<path>`. */
    source: z.string().min(1),
    /** Origins that the document's `$ref`s may point to, besides its own folder or origin: `https://schemas.example.com`. */
    references: z.array(Origin).optional(),
    /** The title that people and models see. Default: the document's own. */
    title: z.string().optional(),
    /** The base URL of the API. Default: the servers in the document. */
    server: z.string().optional(),
    /** Set to `true` to allow http. Default: https only. */
    allowHttp: z.boolean().optional(),
    /** Private addresses and host names that the gateway may call, such as `127.0.0.1` or `localhost`. */
    allowPrivate: z.array(Host).optional(),
    /**
     * For a deployment on Cloudflare of an API in a private network: the id of its Workers VPC service, which
     * `npx wrangler vpc service list` prints. Requests to the origin of `server` go through it. A local server ignores it.
     */
    vpc: z
      .string()
      .regex(/^[\w-]{1,64}$/, "this is the id of a VPC service, such as 0199295b-b3ac-7760-8246-bca40877b3e9")
      .optional(),
    /** Corrections for a document that describes its authentication wrongly. */
    auth: z
      .strictObject({
        /** Security schemes to add or replace, by name. */
        schemes: z.record(z.string(), SecurityScheme).optional(),
        /** The security requirements of every operation, in the form of OpenAPI's top-level `security`. */
        security: z.array(z.record(z.string(), z.array(z.string()))).optional(),
      })
      .optional(),
    /** Where the credential comes from. */
    credential: Credential.optional(),
    /** The read/write/delete class of an operation whose method is misleading, by its id or `METHOD /path`. */
    access: z.record(z.string(), Access).optional(),
    /** Which operations to allow, to deny, or to have a person approve. */
    policy: z.array(PolicyRule).optional(),
    /** What to do when no rule matches. Default: `allow`. */
    otherwise: Effect.optional(),
    /**
     * Path templates (`*` matches anything) whose parameters may contain slashes. `raw` sends a slash as it is, for an
     * API that expects a path there; `encoded` sends `%2F`. Other parameters with a slash are refused.
     */
    slashes: z.array(z.strictObject({ path: OneOrMore, as: z.enum(["raw", "encoded"]) })).optional(),
    /**
     * Further headers that code may send, such as `Stripe-Account`. Others that the operation does not declare are not sent,
     * except for harmless ones such as `If-Match`. Headers of credentials, of the connection and of proxies
     * (`X-Forwarded-For`) are never sent.
     */
    headers: z.array(HeaderName).optional(),
    /** Origins that a redirect of a read may lead to: `https://files.example.com`. They get no credential. */
    redirectTo: z.array(Origin).optional(),
    /** Path prefixes on the API's origin that code may call although the document does not describe them. */
    outside: z
      .array(
        z.strictObject({
          prefix: z.string().startsWith("/", "a prefix begins with a slash, such as /internal/"),
          access: Access,
        }),
      )
      .optional(),
    /**
     * What to do, before code runs, with calls that do not match the document. `block` refuses them, `warn` only reports
     * them, `off` skips the check. Default: `block`.
     */
    check: z.enum(["block", "warn", "off"]).optional(),
    /** Limits of one run. Each has a default. */
    budgets: z.strictObject(amounts()).optional(),
  })
  .refine(({ vpc, server }) => vpc === undefined || /^https?:\/\//i.test(server ?? ""), {
    path: ["vpc"],
    error:
      'requests go through it by their origin: add "server", the base URL of the API in its network, such as http://inventory.corp:8080/v1',
  });

/** An optional number for each budget. */
function amounts() {
  const one = ({ most }: Budget) =>
    (most === undefined ? z.int().positive() : z.int().positive().max(most)).optional();
  return Object.fromEntries(Object.entries(budgets).map(([name, budget]) => [name, one(budget)])) as Record<
    BudgetName,
    ReturnType<typeof one>
  >;
}

export type ApiFile = z.infer<typeof ApiFile>;
