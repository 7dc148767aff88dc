/** Settings to paste into clients, for the terminal (the console shows the same). */

/** One client's name and what to paste where. */
export interface ConnectSetting {
  client: string;
  where: string;
  paste: string;
}

export function connectSettings(mcpUrl: string): ConnectSetting[] {
  return [
    {
      client: "Claude Code",
      where: "in a shell",
      paste: `claude mcp add --transport http isogate ${mcpUrl}`,
    },
    {
      client: "Cursor",
      where: "~/.cursor/mcp.json",
      paste: JSON.stringify({ mcpServers: { isogate: { url: mcpUrl } } }),
    },
    {
      client: "VS Code",
      where: "in a shell",
      paste: `code --add-mcp '${JSON.stringify({ name: "isogate", type: "http", url: mcpUrl })}'`,
    },
  ];
}
