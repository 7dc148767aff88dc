/** The header in which a client of an older revision names its session. */
export const sessionHeader = "mcp-session-id";
