/** Lists of people in the settings: who may sign in (OIDC_ALLOWED), and who is an operator (OPERATORS). Pure. */
import type { User } from "../terms/user.ts";
import type { Settings } from "./settings.ts";

/**
 * Whether a list names somebody.
 * @param address the e-mail address that the identity provider vouches for, if it does
 * @param list addresses (`ann@example.com`) and domains (`@example.com`)
 */
export function isNamed(address: string | undefined, list: readonly string[]): boolean {
  const own = (address ?? "").toLowerCase();
  // Of an address with several `@`, nobody knows the domain.
  if (own.split("@").length !== 2) return false;
  return list.some((entry) => {
    const wanted = entry.toLowerCase();
    return wanted.startsWith("@") ? own.endsWith(wanted) : own === wanted;
  });
}

/**
 * Whether a user may see all users and end their access. The person who signs in locally runs the server.
 * A label is not enough: some APIs let people choose what they are called.
 */
export function isOperator(
  { id, address }: User,
  { SIGN_IN: signIn, OPERATORS: operators }: Pick<Settings, "SIGN_IN" | "OPERATORS">,
): boolean {
  return signIn === "local" || operators.includes(id) || isNamed(address, operators);
}
