/** How to connect each client: one source for the console's first page and for the output of `npm start`. Pure. */
import { isLoopbackHost } from "./loopback.ts";

export interface ConnectSetting {
  client: string;
  /** What to do with `paste`. */
  where: string;
  /** A command, a file's content or a URL. */
  paste: string;
  /** Opens the client with everything filled in. */
  install?: string;
  /** Why this client cannot reach this server, if so. */
  caveat?: string;
}

const fromTheCloud =
  "It runs in the cloud and cannot reach a server on this computer. Deploy isogate, or use another client.";

/** @param mcpUrl the full URL of the MCP endpoint, such as `http://localhost:8484/mcp` */
export function connectSettings(mcpUrl: string): ConnectSetting[] {
  const url = new URL(mcpUrl);
  const caveat = isLoopbackHost(url.hostname) ? { caveat: fromTheCloud } : {};
  // `/mcp/github` is called github, so that several APIs can be connected side by side.
  const name = url.pathname.split("/")[2] ?? "isogate";
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
