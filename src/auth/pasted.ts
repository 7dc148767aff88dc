/**
 * What a user pasted on the consent page, by API and account. Pure.
 *
 * Fields of the form, for row 0, 1, 2 of an API: `label:<api>:<row>` and `secret:<api>:<row>:<scheme>`.
 */
import { failed, type Result } from "../terms/result.ts";
import type { UserCredential } from "../terms/api-file.ts";

/** Rows that the page offers for one API. */
export const accountRows = 3;

/** Longer than any token in use; a pasted file is a mistake. */
const maxSecretChars = 8_192;

export interface PastedAccount {
  /** Of the form. */
  row: number;
  label: string;
  /** Security scheme → secret. */
  secrets: Record<string, string>;
}

/** What a person has to correct, and in which field of the form. */
export interface FieldProblem {
  problem: string;
  field: string;
}

export const labelField = (api: string, row: number) => `label:${api}:${row}`;
export const secretField = (api: string, row: number, scheme: string) => `secret:${api}:${row}:${scheme}`;

/** @param fields security scheme → what the page calls its secret */
export function readPasted(
  form: URLSearchParams,
  { name, title }: { name: string; title: string },
  fields: UserCredential["fields"],
): Result<{ accounts: PastedAccount[] }, FieldProblem> {
  const accounts: PastedAccount[] = [];
  const field = (key: string) => (form.get(key) ?? "").trim();
  const wrong = (key: string, problem: string) => failed({ field: key, problem });
  for (let row = 0; row < accountRows; row += 1) {
    const label = field(labelField(name, row));
    const given = Object.keys(fields).map(
      (scheme) => [scheme, field(secretField(name, row, scheme))] as const,
    );
    const filled = given.filter(([, secret]) => secret !== "");
    if (filled.length === 0 && label === "") continue;
    const missing = given.find(([, secret]) => secret === "");
    if (missing)
      return wrong(secretField(name, row, missing[0]), `${title}: "${fields[missing[0]]}" is missing.`);
    const strange = filled.find(
      ([, secret]) => secret.length > maxSecretChars || /[^\x21-\x7e ]/.test(secret),
    );
    if (strange)
      return wrong(
        secretField(name, row, strange[0]),
        `${title}: this does not look like a credential. Check for stray characters.`,
      );
    if ((row > 0 || label !== "") && !/^[a-z0-9][\w.-]{0,39}$/i.test(label))
      return wrong(
        labelField(name, row),
        `${title}: give account ${row + 1} a short name of letters and digits.`,
      );
    if (accounts.some((account) => account.label === label))
      return wrong(labelField(name, row), `${title}: two accounts are named “${label}”.`);
    accounts.push({ row, label, secrets: Object.fromEntries(filled) });
  }
  if (accounts.length === 0)
    return wrong(
      secretField(name, 0, Object.keys(fields)[0] ?? ""),
      `${title} needs your own credential. Paste it, or untick all that it may do there.`,
    );
  return { ok: true, accounts };
}
