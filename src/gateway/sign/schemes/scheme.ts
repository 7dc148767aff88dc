/** A security scheme: how it makes a credential from a secret. `placeOf` says where it goes. */
import type { SecurityScheme } from "../../../terms/api-file.ts";
import type { Place } from "../../../request/security.ts";
import { misconfigured, type Result } from "../../../terms/result.ts";
import type * as project from "../../../terms/public.ts";

export interface Credential extends Place {
  value: string;
}

export interface SigningContext extends project.SigningContext {
  declared: SecurityScheme;
}

/** The credential, and what must not come back in an answer beside what `heldIn` finds: a token that was fetched. */
export interface Signed {
  credential: Credential;
  secrets: string[];
  /** When they expire, if that is known: Epoch, in ms. */
  expiresAt?: number;
  /**
   * Drops what the credential was made of, because the API refuses it: the next one will be different.
   * @returns false if it stays
   */
  renew?(): boolean | void;
}

/** What is public of it (src/terms/public.ts) is what a scheme of an operator's project has. */
export interface Scheme extends project.Scheme<Result<Signed>> {
  /** Declarations of this kind, each with a secret of its form: every test of all schemes tries them. */
  examples: readonly { declared: SecurityScheme; secret: string }[];
  handles(declared: SecurityScheme): boolean;
  /** Asked after all others, for what they do not handle. */
  isFallback?: true;
  /** Every string in a stored secret that must not come back in an answer, also of a request that it did not sign. */
  heldIn(secret: string, declared: SecurityScheme): string[];
  sign(context: SigningContext): Result<Signed> | Promise<Result<Signed>>;
}

/** The failure for a secret that the operator stored in another form than the scheme needs. */
export const notOfForm = ({ name, secretName }: SigningContext, form: string) =>
  misconfigured(
    `The secret ${secretName} for the scheme ${name} does not have the form ${form}.`,
    `Tell the operator to store ${secretName} again in that form.`,
  );
