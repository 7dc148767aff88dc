/** A security scheme: where it puts a credential, and how it makes one from a secret. */
import type { SecurityScheme } from "../../../terms/api-file.ts";
import { misconfigured, type Result } from "../../../terms/result.ts";
import type { Sent } from "../../run/sent.ts";

/** A place for a credential in a request. The gateway removes what the code put there before it sets its own. */
export interface Place {
  in: "header" | "query" | "cookie";
  name: string;
}

export interface Credential extends Place {
  value: string;
}

export interface SigningContext {
  /** Name of the scheme in the document or the API file. */
  name: string;
  declared: SecurityScheme;
  /** The secret's value, as the operator stored it. */
  secret: string;
  /** Name of the Worker secret, for messages. */
  secretName: string;
  /** Scopes that the operation's security requirement names. */
  scopes: readonly string[];
  /** Fetches a token; the gateway's own sender, under the same address rules. */
  send(request: Request): Promise<Sent>;
}

/** The credential, and every string that must not come back in an answer. */
export interface Signed {
  credential: Credential;
  secrets: string[];
  /** Drops what the credential was made of, because the API refuses it: the next one will be different. */
  renew?(): void;
}

export interface Scheme {
  /** As the documentation calls it. */
  name: string;
  /** Declarations of this kind, each with a secret of its form: every test of all schemes tries them. */
  examples: readonly { declared: SecurityScheme; secret: string }[];
  /** Whether a declared scheme is one of this kind. */
  handles(declared: SecurityScheme): boolean;
  /** Asked after all others, for what they do not handle. */
  isFallback?: true;
  place(declared: SecurityScheme): Place;
  sign(context: SigningContext): Result<Signed> | Promise<Result<Signed>>;
}

export const authorization: Place = { in: "header", name: "authorization" };

/** The failure for a secret that the operator stored in another form than the scheme needs. */
export const notOfForm = ({ name, secretName }: SigningContext, form: string) =>
  misconfigured(
    `The secret ${secretName} for the scheme ${name} does not have the form ${form}.`,
    `Tell the operator to store ${secretName} again in that form.`,
  );
