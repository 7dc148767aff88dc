/** What the README shows a newcomer works as it stands there: the settings of clients, and the code. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, inject, it } from "vitest";
import { connectSettings } from "../../src/terms/clients.ts";
import { connect, logIn } from "../setup/connect.ts";
import { readReply } from "../setup/read-reply.ts";

const page = (name: string) => readFile(join(import.meta.dirname, "../..", name), "utf8");
const readme = await page("README.md");
/** What it leads to first. */
const using = await page("docs/using.md");

/** The lines below `// search` or `// execute`. */
function codeOf(tool: "search" | "execute"): string {
  const code = new RegExp(`^// ${tool}\\n([^]*?)(?=^// |^\`\`\`)`, "m").exec(readme)?.[1];
  if (code === undefined) throw new Error(`README.md has no code for ${tool}`);
  return code;
}

it.each(["Claude Code", "Cursor"])("%s is connected as npm start says", (client) => {
  const setting = connectSettings("http://localhost:8484/mcp").find((each) => each.client === client);
  const plain = (text: string) => text.replaceAll(/\s/g, "");
  expect(plain(readme + using)).toContain(plain(setting!.paste));
});

it.each([
  ["search", "/firewall-events"],
  ["execute", "."],
] as const)("the code for %s runs against the demo API", async (tool, part) => {
  const url = new URL("/mcp", inject("origin"));
  const client = await connect(url, await logIn(url));
  const answer = await client.callTool({ name: tool, arguments: { code: codeOf(tool) } });
  await client.close();
  expect(answer.isError, JSON.stringify(answer)).toBeFalsy();
  const { result } = readReply(answer) as { result?: string[] };
  expect(result?.length).toBeGreaterThan(0);
  expect(JSON.stringify(result)).toContain(part);
});
