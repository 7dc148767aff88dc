/** How to connect each client: one source for the console's first page and for the output of `npm start`. Pure. */
import { isLoopbackHost } from "./loopback.ts";

export interface ConnectSetting {
  client: string;
  /** What to do with `paste`. */
  where: string;
  /** A command, a file's content or a URL. */
  paste: string;
  /** What to do after that, in a sentence. */
  next: string;
  /** How the names begin that the client gives itself, in lower case. */
  knownAs?: string[];
  /** Opens the client with everything filled in. */
  install?: string;
  /** Why this client cannot reach this server, if so. */
  caveat?: string;
  /** Left out where there is room for a few clients only. */
  rare?: true;
  /** Has an access token that a person made. */
  hasToken?: true;
}

/** The same where the client starts the server. */
export type CommandSetting = Pick<ConnectSetting, "client" | "where" | "paste">;

const fromTheCloud =
  "It runs in the cloud and cannot reach a server on this computer. Deploy isogate, or use another client.";

/**
 * The clients that can connect first, those in use by most first.
 * @param mcpUrl the full URL of the MCP endpoint, such as `http://localhost:8484/mcp`
 * @param hasLogin whether the server asks who connects
 */
export function connectSettings(mcpUrl: string, hasLogin = true): ConnectSetting[] {
  const url = new URL(mcpUrl);
  const caveat = isLoopbackHost(url.hostname) ? { caveat: fromTheCloud } : {};
  // `/mcp/github` is called github, so that several APIs can be connected side by side.
  const name = url.pathname.split("/")[2] ?? "isogate";
  const json = (value: unknown) => JSON.stringify(value, undefined, 2);
  const all: ConnectSetting[] = [
    {
      client: "Claude Code",
      where: "In a shell",
      paste: `claude mcp add --transport http ${name} ${mcpUrl}`,
      next: `Then run /mcp in Claude Code, choose ${name} and log in.`,
      knownAs: ["claude code"],
    },
    {
      client: "Cursor",
      where: "In ~/.cursor/mcp.json",
      paste: json({ mcpServers: { [name]: { url: mcpUrl } } }),
      install: `cursor://anysphere.cursor-deeplink/mcp/install?${new URLSearchParams({ name, config: btoa(JSON.stringify({ url: mcpUrl })) })}`,
      next: "Then log in at Settings → MCP.",
      knownAs: ["cursor"],
    },
    {
      client: "VS Code",
      where: "In .vscode/mcp.json",
      paste: json({ servers: { [name]: { type: "http", url: mcpUrl } } }),
      install: `vscode:mcp/install?${encodeURIComponent(JSON.stringify({ name, type: "http", url: mcpUrl }))}`,
      next: "Then start the server there and log in when the browser opens.",
      knownAs: ["visual studio code", "vs code"],
    },
    {
      client: "Codex",
      where: "In a shell",
      paste: `codex mcp add ${name} --url ${mcpUrl}`,
      next: `It logs in at once; later, codex mcp login ${name} does.`,
      knownAs: ["codex"],
      rare: true,
    },
    {
      client: "Gemini CLI",
      where: "In a shell",
      paste: `gemini mcp add --transport http ${name} ${mcpUrl}`,
      next: `Then run /mcp auth ${name} in Gemini CLI.`,
      knownAs: ["gemini cli"],
      rare: true,
    },
    {
      client: "opencode",
      where: "In opencode.json",
      paste: json({ mcp: { [name]: { type: "remote", url: mcpUrl, enabled: true } } }),
      next: `Then run opencode mcp auth ${name} in a shell.`,
      knownAs: ["opencode"],
      rare: true,
    },
    {
      client: "Zed",
      where: "In its settings.json",
      paste: json({ context_servers: { [name]: { url: mcpUrl } } }),
      next: "Then log in from the Agent panel.",
      knownAs: ["zed"],
      rare: true,
    },
    {
      client: "JetBrains IDEs",
      where: "Settings → Tools → AI Assistant → Model Context Protocol → Add, as JSON",
      paste: json({ mcpServers: { [name]: { url: mcpUrl } } }),
      next: "Then apply the settings and log in when the browser opens.",
      knownAs: ["jetbrains"],
      rare: true,
    },
    {
      client: "Claude",
      where: "Settings → Connectors → Add custom connector, then paste this URL",
      paste: mcpUrl,
      next: "Then press Connect and log in.",
      knownAs: ["claude.ai", "claude"],
      ...caveat,
    },
    {
      client: "ChatGPT",
      where:
        "Settings → Apps & Connectors → Advanced settings → Developer mode, then Create and paste this URL",
      paste: mcpUrl,
      next: "Then connect the app and log in.",
      knownAs: ["chatgpt"],
      ...caveat,
    },
    {
      client: "Claude Desktop, and others that start a command",
      where: "In its list of MCP servers (claude_desktop_config.json); mcp-remote passes everything on",
      paste: json({ mcpServers: { [name]: { command: "npx", args: ["-y", "mcp-remote", mcpUrl] } } }),
      next: "The browser opens for the login at the first start.",
      knownAs: ["mcp-remote", "mcp cli proxy"],
      rare: true,
    },
    {
      client: "A client without a browser",
      where: "With an access token, in this header of every request",
      paste: "Authorization: Bearer isogate_…",
      next: "Make the token under Access tokens. It is shown once.",
      rare: true,
      hasToken: true,
    },
  ];
  const settings = hasLogin ? all : all.flatMap(withoutLogin);
  return settings.toSorted(
    (one, other) => Number(one.caveat !== undefined) - Number(other.caveat !== undefined),
  );
}

/** A client without a browser needs no token where nobody is asked for one. */
function withoutLogin(setting: ConnectSetting): ConnectSetting[] {
  if (setting.hasToken) return [];
  return [{ ...setting, next: "Its two tools are there at once: this server asks for no login." }];
}

/**
 * How to make each client start isogate by a command.
 * @param name what the client calls the server
 */
export function commandSettings(
  name: string,
  start: { command: string; args: string[]; env: Record<string, string> },
): CommandSetting[] {
  const { command, args, env } = start;
  const set = Object.entries(env);
  const server = { command, args, ...(set.length > 0 && { env }) };
  const json = (value: unknown) => JSON.stringify(value, undefined, 2);
  // A client writes what it is given into its settings, secrets too.
  const exported = set.map(([variable, value]) => `--env ${shellWord(`${variable}=${value}`)} `).join("");
  const words = [command, ...args].map(shellWord).join(" ");
  const servers = json({ mcpServers: { [name]: server } });
  return [
    {
      client: "Claude Desktop",
      where: "Settings → Developer → Edit Config opens claude_desktop_config.json; restart it afterwards",
      paste: servers,
    },
    {
      client: "Claude Code",
      where: "In a shell",
      paste: `claude mcp add ${exported}--transport stdio ${name} -- ${words}`,
    },
    { client: "Cursor", where: "In ~/.cursor/mcp.json", paste: servers },
    {
      client: "VS Code",
      where: "In .vscode/mcp.json",
      paste: json({ servers: { [name]: { type: "stdio", ...server } } }),
    },
    {
      client: "Zed",
      where: "In its settings.json",
      paste: json({ context_servers: { [name]: { source: "custom", ...server } } }),
    },
    { client: "Codex", where: "In a shell", paste: `codex mcp add ${name} ${exported}-- ${words}` },
    { client: "Gemini CLI", where: "In ~/.gemini/settings.json", paste: servers },
  ];
}

const shellWord = (text: string) =>
  /^[\w./:@=,+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

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
  return known?.[1] ?? "in the client that you use: remove the login of this server, then connect again";
}
