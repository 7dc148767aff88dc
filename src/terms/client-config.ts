/** What the typed client in the isolate has to know of an API's file: what may stand in its URLs, never how it is signed. */
import type { Caller } from "./caller.ts";
import type { ApiFile } from "./api-file.ts";
import type { DeployedApi } from "./manifest.ts";

export interface ClientConfig {
  /** Name of the API in the deployment. */
  api: string;
  slashes?: ApiFile["slashes"];
  /** Parameters that the gateway sets, so that nobody has to: places of the schemes that the file adds. */
  signed: { in: string; name: string }[];
  /** Labels of the user's accounts at this API, the first one first, where it is called with the user's own. */
  accounts?: string[];
  /** What the client lets pass although it does not fit the document: members of a body that it does not list, or all. */
  passes?: "unknown-members" | "everything";
}

/** @returns plain data, fit to be handed into an isolate */
export function clientConfigOf(
  { name, file }: Pick<DeployedApi, "name" | "file">,
  caller: Pick<Caller, "accounts"> = {},
): ClientConfig {
  const accounts = accountLabels(caller, name);
  const signed = Object.values(file.auth?.schemes ?? {}).flatMap((scheme) =>
    scheme.type === "apiKey" && scheme.name !== undefined
      ? [{ in: scheme.in ?? "header", name: scheme.name }]
      : [],
  );
  // What is only warned about before the run must not be refused in it.
  const lenient = file.check === "warn" || file.check === "off";
  return {
    api: name,
    slashes: file.slashes,
    signed,
    ...(accounts.length > 0 && { accounts }),
    ...(lenient && { passes: "everything" as const }),
  };
}

/** Labels of the caller's own accounts at an API; the sealed credentials stay behind. */
export function accountLabels({ accounts }: Pick<Caller, "accounts">, api: string): string[] {
  return accounts?.[api]?.map(({ label }) => label) ?? [];
}
