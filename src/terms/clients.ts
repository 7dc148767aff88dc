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

/** Where a person logs in again, by the name that a client gives itself. */
const loginAgain: [name: RegExp, where: string][] = [
  [/^claude code/i, "in Claude Code: /mcp, choose this server, then Re-authenticate"],
  [/^codex/i, "in a shell: codex mcp login with the name of this server"],
  [/^gemini cli/i, "in Gemini CLI: /mcp auth with the name of this server"],
  [/^opencode/i, "in a shell: opencode mcp auth with the name of this server"],
  [/^mcporter/i, "in a shell: mcporter auth with the name of this server, and --reset"],
  [/^cursor/i, "in Cursor: Settings, MCP, log out of this server, then connect"],
  [
    /^visual studio code/i,
    "in VS Code: MCP: List Servers, this server, Disconnect Account, then start it again",
  ],
  [/^claude|^chatgpt/i, "in the settings of the connector: disconnect, then connect"],
];

/** @param clientName as the client calls itself @returns a clause that says where a person logs in again */
export function loginAgainIn(clientName: string): string {
  const known = loginAgain.find(([name]) => name.test(clientName));
  return known?.[1] ?? "in the program that you use: remove the login of this server, then connect again";
}
