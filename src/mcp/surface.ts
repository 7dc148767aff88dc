/** What a client's own MCP URL asks for beyond the default: `/mcp?results=structured&search=reads&tools=dns`. Pure. */
import { failed, type Result } from "../terms/result.ts";

export interface Surface {
  /** `results=structured`: replies also as data, with an output schema, for programs. */
  structured?: true;
  /** `search=reads`: search may call reading operations. */
  searchReads?: true;
  /** `tools=<prefix>`: for clients that show the tools of all servers side by side, without a prefix of their own. */
  prefix?: string;
}

/** Models' APIs take names of 64 characters, and clients put the server's name in front. */
const prefixPattern = /^[A-Za-z][A-Za-z0-9_-]{0,23}$/;

const flags = {
  results: { value: "structured", surface: { structured: true } },
  search: { value: "reads", surface: { searchReads: true } },
} as const;

/** @returns a sentence for the author of the URL, if a value is none that there is */
export function surfaceOf({ searchParams }: URL): Result<{ surface: Surface }, string> {
  const surface: Surface = {};
  for (const [name, flag] of Object.entries(flags)) {
    const given = searchParams.get(name);
    if (given === null) continue;
    if (given !== flag.value)
      return failed(`The MCP URL has ${name}=${shown(given)}: write ${name}=${flag.value}, or leave it out.`);
    Object.assign(surface, flag.surface);
  }
  const prefix = searchParams.get("tools");
  if (prefix === null) return { ok: true, surface };
  if (prefixPattern.test(prefix)) return { ok: true, surface: { ...surface, prefix } };
  return failed(
    `The MCP URL has tools=${shown(prefix)}: a prefix has at most 24 letters, digits, _ and -, and begins with a letter.`,
  );
}

/** The name of a tool as this client sees it. */
export function toolName(name: string, { prefix }: Surface = {}): string {
  return prefix === undefined ? name : `${prefix}_${name}`;
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 40));
}
