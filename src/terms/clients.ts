/**
 * How each client is told about this server: one source for the console's first page and for what `npm start` prints.
 * Pure.
 */
import { isLoopbackHost } from "./loopback.ts";

export interface ConnectSetting {
  client: string;
  /** What to do with `paste`. */
  where: string;
  /** A command, a file's content or a URL. */
  paste: string;
  /** Opens the client with everything filled in. */
  install?: string;
  /** What keeps this client from working here, if something does. */
  caveat?: string;
}

/** Clients in the cloud call us from there. */
const fromTheCloud =
  "It calls from its own data centre, so it cannot reach a server on this computer. Deploy isogate, or use another client.";

/** @param mcpUrl the full URL of the MCP endpoint, such as `http://localhost:8484/mcp` */
export function connectSettings(mcpUrl: string): ConnectSetting[] {
  const url = new URL(mcpUrl);
  const caveat = isLoopbackHost(url.hostname) ? { caveat: fromTheCloud } : {};
  const name = nameOf(url);
  return [
    {
      client: "Claude",
      where: "Settings → Connectors → Add custom connector, then paste this URL",
      paste: mcpUrl,
      ...caveat,
    },
    {
      client: "Claude Code",
      where: "In a shell",
      paste: `claude mcp add --transport http ${name} ${mcpUrl}`,
    },
    {
      client: "Cursor",
      where: "In ~/.cursor/mcp.json",
      paste: JSON.stringify({ mcpServers: { [name]: { url: mcpUrl } } }, undefined, 2),
      install: `cursor://anysphere.cursor-deeplink/mcp/install?${new URLSearchParams({ name, config: btoa(JSON.stringify({ url: mcpUrl })) })}`,
    },
    {
      client: "VS Code",
      where: "In .vscode/mcp.json",
      paste: JSON.stringify({ servers: { [name]: { type: "http", url: mcpUrl } } }, undefined, 2),
      install: `vscode:mcp/install?${encodeURIComponent(JSON.stringify({ name, type: "http", url: mcpUrl }))}`,
    },
    {
      client: "ChatGPT",
      where:
        "Settings → Apps & Connectors → Advanced settings → Developer mode, then Create and paste this URL",
      paste: mcpUrl,
      ...caveat,
    },
  ];
}

/** `/mcp` is isogate, `/mcp/github` is github: several can be connected side by side. */
function nameOf(url: URL): string {
  return url.pathname.split("/")[2] ?? "isogate";
}
