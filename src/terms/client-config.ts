/** The part of an API file that the typed client in the isolate needs: how to build URLs, never how to sign. */
import type { Caller } from "./caller.ts";
import type { ApiFile } from "./api-file.ts";
import type { DeployedApi } from "./manifest.ts";

export interface ClientConfig {
  /** Name of the API in the deployment. */
  api: string;
  slashes?: ApiFile["slashes"];
  /** Headers that leave although the document does not declare them. */
  headers?: ApiFile["headers"];
  /** Parameters that the gateway sets: those of the security schemes that the file adds. */
  signed: { in: string; name: string }[];
  /** Labels of the user's own accounts at this API, if it is called with those. */
  accounts?: string[];
  /** What the client accepts against the document: unlisted members of a body, or everything. */
  passes?: "unknown-members" | "everything";
}

/** @returns plain data, which can be passed into an isolate */
export function clientConfigOf(
  { name, file }: Pick<DeployedApi, "name" | "file">,
  caller: Pick<Caller, "accounts"> = {},
): ClientConfig {
  const accounts = accountLabels(caller, name);
  const signed = Object.values(file.auth?.schemes ?? {}).flatMap(
    ({ type, in: place = "header", name: parameter }) =>
      type === "apiKey" && parameter !== undefined ? [{ in: place, name: parameter }] : [],
  );
  // The client must not refuse what the check only warned about.
  const lenient = file.check === "warn" || file.check === "off";
  return {
    api: name,
    slashes: file.slashes,
    signed,
    ...(file.headers && { headers: file.headers }),
    ...(accounts.length > 0 && { accounts }),
    ...(lenient && { passes: "everything" as const }),
  };
}

/** Labels of the caller's own accounts at an API, without the credentials. */
export function accountLabels({ accounts }: Pick<Caller, "accounts">, api: string): string[] {
  return accounts?.[api]?.map(({ label }) => label) ?? [];
}
