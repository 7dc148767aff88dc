/**
 * The settings of the login, parsed from the Worker's variables and secrets once per request. A wrong value is reported
 * in one sentence that names the variable, never its content.
 */
import { z } from "zod";
import { entriesOf, noEntries } from "../terms/entries.ts";
import { failed, type Result } from "../terms/result.ts";
import { own, variablesFor } from "../terms/own.ts";
import type { Variables } from "../terms/public.ts";
import { OwnAddress, WebhookSecret, WebhookUrl } from "../terms/webhook.ts";

const list = z
  .string()
  .default("")
  .transform((text, context) => {
    const entries = entriesOf(text);
    if (entries) return entries;
    context.addIssue({ code: "custom", message: noEntries });
    return z.NEVER;
  });

const Origins = list.pipe(
  z.array(
    z.string().transform((text, context) => {
      const url = text.includes("://") ? text : `https://${text}`;
      if (URL.canParse(url) && /^https?:/.test(url) && !/[*@]/.test(url)) return new URL(url).origin;
      context.addIssue({
        code: "custom",
        message: "holds something that is neither an origin nor a host name",
      });
      return z.NEVER;
    }),
  ),
);

/** What follows reads it as a URL, and must not see anything else. */
const Url = z.url({ protocol: /^https?$/, error: "must be a URL, such as https://example.com", abort: true });

const PublicUrl = Url.refine((text) => new URL(text).pathname === "/", {
  error: "must be an origin, without a path",
})
  // It is logged, printed and sent to clients.
  .refine((text) => new URL(text).username === "" && new URL(text).password === "", {
    error: "must be an origin, without a name or password: it is public",
  })
  // Without a trailing slash.
  .transform((text) => new URL(text).origin);

const neededFor = {
  local: [],
  oidc: ["ISOGATE_SECRET", "OIDC_ISSUER", "OIDC_CLIENT_ID"],
  upstream: ["ISOGATE_SECRET", "SIGN_IN_API"],
} as const;
const neededForOwn = ["ISOGATE_SECRET"] as const;
const builtIn = ["local", "oidc", "upstream"] as const;

/** The names that `SIGN_IN` may have: the built-in ways to sign in, and those of the operator's project. */
export function signInNames(): string[] {
  return [...builtIn, ...own()["sign-in"].map(({ name }) => name)];
}

const fields = {
  /** How people sign in: one of these, or a name that your project defines ([own project](own-project.md)). */
  SIGN_IN: z
    .string()
    .refine((name) => signInNames().includes(name), {
      error: () => `must be one of ${signInNames().join(", ")}`,
    })
    .default("local"),
  /** "true" turns the login off; works on loopback only. */
  OPEN: z
    .enum(["true", "false"], { error: "must be true or false" })
    .default("false")
    .transform((text) => text === "true"),
  /** The origin that clients use, for a deployment behind a custom domain or a proxy. */
  PUBLIC_URL: PublicUrl.optional(),
  /** Origins of other web pages that may call the MCP endpoint; a bare host name means https. */
  ALLOWED_ORIGINS: Origins,
  /**
   * Whether metadata offer clients to name themselves by a document on the web, which this server then fetches. On a
   * computer of one person they register instead, so that a login needs no network. Default: `accept` on loopback, else
   * `offer`. A client that names a document all the same is served.
   */
  CLIENT_DOCUMENTS: z.enum(["offer", "accept"], { error: "must be offer or accept" }).optional(),
  /** Private host names, such as `localhost`, whose client documents may be read. */
  PRIVATE_CLIENT_HOSTS: list,
  /** Worker secret of at least 32 characters that protects sessions and sealed credentials. */
  ISOGATE_SECRET: z.string().min(32, { error: "must have at least 32 characters" }).optional(),
  OIDC_ISSUER: OwnAddress.optional(),
  OIDC_CLIENT_ID: z.string().min(1, { error: "must not be empty" }).optional(),
  /** Worker secret; leave it out for a public client. */
  OIDC_CLIENT_SECRET: z.string().min(1, { error: "must not be empty" }).optional(),
  /** Addresses and `@domains` that may sign in. If empty, everybody with an account at the provider may. */
  OIDC_ALLOWED: list,
  /** Operators: they see all users and end their access. Entries as in `OIDC_ALLOWED`, or ids of users. */
  OPERATORS: list,
  /** Name of the API whose login is the sign-in, for `SIGN_IN=upstream`. */
  SIGN_IN_API: z.string().min(1, { error: "must not be empty" }).optional(),
  /**
   * Where the server says that something waits for one of its users ([the webhook](operations.md#a-webhook-for-what-waits)): https, or
   * http on this machine. It needs `PUBLIC_URL` for its links.
   */
  WAITING_WEBHOOK_URL: WebhookUrl.optional(),
  /** Worker secret that signs what is sent there: 24 to 64 bytes in base64, after `whsec_` or without it. */
  WAITING_WEBHOOK_SECRET: WebhookSecret.optional(),
};

/** Settings that are secrets: never in a file of settings. */
export const secretSettings = ["ISOGATE_SECRET", "OIDC_CLIENT_SECRET", "WAITING_WEBHOOK_SECRET"] as const;

/** Names of all variables and secrets of the login. */
export const settingNames = Object.keys(fields) as (keyof typeof fields)[];

export const LoginSettings = z.object(fields).superRefine((value, context) => {
  const way = value.SIGN_IN;
  for (const name of Object.hasOwn(neededFor, way) ? neededFor[way as keyof typeof neededFor] : neededForOwn)
    if (value[name] === undefined)
      context.addIssue({ code: "custom", path: [name], message: `is needed for SIGN_IN=${value.SIGN_IN}` });
  if (value.WAITING_WEBHOOK_URL === undefined) return;
  for (const name of ["WAITING_WEBHOOK_SECRET", "PUBLIC_URL"] as const)
    if (value[name] === undefined)
      context.addIssue({ code: "custom", path: [name], message: "is needed for WAITING_WEBHOOK_URL" });
});

export type Settings = z.infer<typeof LoginSettings> & {
  /** What the sign-in of the operator's project reads. */
  variables: Variables;
};

/** What is wrong with a setting. */
export interface WrongSetting {
  /** Of the setting. */
  name: string;
  sentence: string;
}

/** @param env the Worker's environment; other members of it are ignored */
export function readSettings(env: unknown): Result<{ settings: Settings }, string> {
  const read = checkSettings(env);
  return read.ok ? read : failed(read.failure.map(({ sentence }) => sentence).join(" "));
}

/** The same, for those who can say where each wrong setting came from. */
export function checkSettings(env: unknown): Result<{ settings: Settings }, WrongSetting[]> {
  const { success, data, error } = LoginSettings.safeParse(env);
  if (success) {
    const chosen = own()["sign-in"].find(({ name }) => name === data.SIGN_IN);
    return { ok: true, settings: { ...data, variables: variablesFor(chosen ?? {}, env as object) } };
  }
  return failed(
    error.issues.map(({ path, message }) => ({
      name: String(path[0] ?? ""),
      sentence: `The setting ${path.join(".")} ${message}.`,
    })),
  );
}
