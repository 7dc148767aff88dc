/** A client that is logged in to the running server. */
import { Client, StreamableHTTPClientTransport, UnauthorizedError } from "@modelcontextprotocol/client";
import { MemoryOAuthClient, ticking, walkLogin } from "../../scripts/demo/oauth-client.ts";

/** Logs in as a person would and grants what is asked for. */
export async function logIn(
  url: URL,
  scopes: string[] = [],
  name = "journey test",
): Promise<MemoryOAuthClient> {
  const provider = new MemoryOAuthClient(name);
  const transport = new StreamableHTTPClientTransport(url, { authProvider: provider });
  await new Client({ name: "journey", version: "1" }).connect(transport).then(
    () => {
      throw new Error("the server let a client in that has no token");
    },
    (error: unknown) => {
      if (!(error instanceof UnauthorizedError)) throw error;
    },
  );
  if (!provider.authorizationUrl) throw new Error("the client was not sent to log in");
  await transport.finishAuth(await walkLogin(provider.authorizationUrl, ticking(scopes)));
  return provider;
}

/** @param mode `auto` finds the newest revision; `legacy` is the 2025 handshake */
export async function connect(
  url: URL,
  authProvider: MemoryOAuthClient | undefined,
  mode: "auto" | "legacy" = "auto",
): Promise<Client> {
  const client = new Client({ name: "journey", version: "1" }, { versionNegotiation: { mode } });
  await client.connect(new StreamableHTTPClientTransport(url, authProvider ? { authProvider } : {}));
  return client;
}
