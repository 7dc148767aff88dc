/** Users, each with their own login, grant and credential, and the clients that work for them. */
import { auth, Client, StreamableHTTPClientTransport, UnauthorizedError } from "@modelcontextprotocol/client";
import { MemoryOAuthClient, walkLogin } from "../demo/oauth-client.ts";
import type { IdentityProvider } from "../../test/auth/fixture/identity-provider.ts";
import { markOf } from "./marks.ts";

export interface Person {
  user: number;
  mayWrite: boolean;
  salt: string;
}

export interface SoakClient {
  person: Person;
  url: string;
  /** The access token as it is now. */
  token: () => string | undefined;
  /** Takes another access token for the refresh token, as a client does whose own has expired. */
  renew: () => Promise<void>;
  /** Speaks the revision of 2025, whose answers are event streams; otherwise that of 2026. */
  legacy: boolean;
}

export interface Answered {
  status: number;
  /** Everything that came back, headers too. */
  text: string;
  result: ToolResult | undefined;
  retryAfter: string | null;
  ms: number;
}

export interface ToolResult {
  isError?: boolean;
  structuredContent?: {
    runId?: string;
    result?: unknown;
    logs?: string[];
    error?: { kind: string; message: string };
  };
}

/** Logs in as this person through the identity provider, and pastes their credential on the consent page. */
export async function logInAs(
  person: Person,
  origin: string,
  identity: IdentityProvider,
  legacy: boolean,
): Promise<SoakClient> {
  const url = new URL("/mcp?results=structured", origin);
  const { user, salt, mayWrite } = person;
  identity.account = `user-${user}`;
  identity.claims = {
    email: `user-${user}@example.com`,
    email_verified: true,
    name: `User ${user}`,
  };
  const authProvider = new MemoryOAuthClient(`soak ${user}`);
  const transport = new StreamableHTTPClientTransport(url, { authProvider });
  await new Client({ name: "soak", version: "1" }).connect(transport).catch((error: unknown) => {
    if (!(error instanceof UnauthorizedError)) throw error;
  });
  if (!authProvider.authorizationUrl) throw new Error("The server let a client in without a login.");
  const callback = await walkLogin(authProvider.authorizationUrl, (fields) => {
    fields.set("secret:things:0:token", markOf("credential", user, salt));
    fields.delete("scope");
    fields.append("scope", "things:read");
    if (mayWrite) fields.append("scope", "things:write");
  });
  await transport.finishAuth(callback);
  const token = () => authProvider.tokens()?.access_token;
  if (token() === undefined) throw new Error(`User ${user} was given no token.`);
  const renew = async () => {
    if ((await auth(authProvider, { serverUrl: url })) !== "AUTHORIZED")
      throw new Error(`User ${user} was given no other token.`);
  };
  return { person, url: url.href, token, renew, legacy };
}

let nextId = 0;

/** One call of a tool, and everything that came back for it. */
export async function callTool(
  { url, token, legacy }: SoakClient,
  name: "search" | "execute",
  code: string,
): Promise<Answered> {
  const meta = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": { name: "soak", version: "1" },
    "io.modelcontextprotocol/clientCapabilities": {},
  };
  const body = {
    jsonrpc: "2.0",
    id: ++nextId,
    method: "tools/call",
    params: { name, arguments: { code }, ...(!legacy && { _meta: meta }) },
  };
  const began = performance.now();
  const response = await fetch(url, {
    method: "POST",
    headers: {
      authorization: `Bearer ${token()}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...(legacy
        ? { "mcp-protocol-version": "2025-06-18" }
        : { "mcp-protocol-version": "2026-07-28", "mcp-method": "tools/call", "mcp-name": name }),
    },
    body: JSON.stringify(body),
  });
  const content = await response.text();
  const ms = performance.now() - began;
  return {
    status: response.status,
    text: JSON.stringify([...response.headers]) + content,
    result: resultIn(content),
    retryAfter: response.headers.get("retry-after"),
    ms,
  };
}

/** The result in a JSON answer, or in the last event of a stream. */
function resultIn(content: string): ToolResult | undefined {
  const json = content.startsWith("{") ? content : (/^data: (.*)$/m.exec(content)?.[1] ?? "null");
  try {
    return (JSON.parse(json) as { result?: ToolResult } | null)?.result;
  } catch {
    return undefined;
  }
}
