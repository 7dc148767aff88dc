/** What the typed client in the isolate has to know of an API's file: what may stand in its URLs, never how it is signed. */
import type { ApiFile } from "./api-file.ts";
import type { DeployedApi } from "./manifest.ts";

export interface ClientConfig {
  /** Name of the API in the deployment. */
  api: string;
  slashes?: ApiFile["slashes"];
  /** Parameters that the gateway sets, so that nobody has to: places of the schemes that the file adds. */
  signed: { in: string; name: string }[];
}

/** @returns plain data, fit to be handed into an isolate */
export function clientConfigOf({ name, file }: DeployedApi): ClientConfig {
  const signed = Object.values(file.auth?.schemes ?? {}).flatMap((scheme) =>
    scheme.type === "apiKey" && scheme.name !== undefined
      ? [{ in: scheme.in ?? "header", name: scheme.name }]
      : [],
  );
  return { api: name, slashes: file.slashes, signed };
}
