/** A security scheme: how it makes a credential from a secret. `placeOf` says where it goes. */
import type { SecurityScheme } from "../../../terms/api-file.ts";
import type { Place } from "../../../request/security.ts";
import { misconfigured, type Result } from "../../../terms/result.ts";
import type { Sent } from "../../run/sent.ts";

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
  /** What a relative token endpoint is relative to: the base URL of the API. */
  base?: string | undefined;
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
  sign(context: SigningContext): Result<Signed> | Promise<Result<Signed>>;
}

/** The failure for a secret that the operator stored in another form than the scheme needs. */
export const notOfForm = ({ name, secretName }: SigningContext, form: string) =>
  misconfigured(
    `The secret ${secretName} for the scheme ${name} does not have the form ${form}.`,
    `Tell the operator to store ${secretName} again in that form.`,
  );
