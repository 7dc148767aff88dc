/**
 * What a person pasted on the consent page, by API and account. Pure.
 *
 * Fields of the form, for row 0, 1, 2 of an API: `label:<api>:<row>` and `secret:<api>:<row>:<scheme>`.
 */
import type { UserCredential } from "../terms/api-file.ts";

/** Rows that the page offers for one API. */
export const accountRows = 3;

/** Longer than any token in use; a pasted file is a mistake. */
const maxSecretChars = 8_192;

export interface PastedAccount {
  label: string;
  /** Security scheme → secret. */
  secrets: Record<string, string>;
}

export type PastedResult = { ok: true; accounts: PastedAccount[] } | { ok: false; problem: string };

export const labelField = (api: string, row: number) => `label:${api}:${row}`;
export const secretField = (api: string, row: number, scheme: string) => `secret:${api}:${row}:${scheme}`;

export function readPasted(
  form: URLSearchParams,
  api: { name: string; title: string },
  { fields }: Pick<UserCredential, "fields">,
): PastedResult {
  const accounts: PastedAccount[] = [];
  for (let row = 0; row < accountRows; row += 1) {
    const label = (form.get(labelField(api.name, row)) ?? "").trim();
    const given = Object.keys(fields).map(
      (scheme) => [scheme, (form.get(secretField(api.name, row, scheme)) ?? "").trim()] as const,
    );
    const filled = given.filter(([, secret]) => secret !== "");
    if (filled.length === 0 && label === "") continue;
    const missing = given.find(([, secret]) => secret === "");
    if (missing) return { ok: false, problem: `${api.title}: "${fields[missing[0]]}" is missing.` };
    if (filled.some(([, secret]) => secret.length > maxSecretChars || /[^\x21-\x7e ]/.test(secret)))
      return {
        ok: false,
        problem: `${api.title}: what you pasted is not a credential; look for stray characters.`,
      };
    if ((row > 0 || label !== "") && !/^[a-z0-9][\w.-]{0,39}$/i.test(label))
      return {
        ok: false,
        problem: `${api.title}: give account ${row + 1} a short name of letters and digits.`,
      };
    if (accounts.some((account) => account.label === label))
      return { ok: false, problem: `${api.title}: two accounts are both called “${label}”.` };
    accounts.push({ label, secrets: Object.fromEntries(filled) });
  }
  if (accounts.length === 0)
    return { ok: false, problem: `${api.title} needs a credential of yours: paste it, or untick the API.` };
  return { ok: true, accounts };
}
