/** What a model passes on when its connection lacks access: the words of the page, and of the client. */
import { expect, it } from "vitest";
import { reconnectFor } from "../../src/mcp/reconnect.ts";
import { accessTokenClientId } from "../../src/terms/access-token-client.ts";

const apis = [
  { name: "demo", title: "Breakwater Edge" },
  { name: "github", title: "GitHub\u202e REST API" },
];
const say = (scopes: string[], client: { clientId?: string; clientName?: string } = {}) =>
  reconnectFor(scopes, { userId: "u", clientId: "c", access: {}, ...client }, apis, "https://isogate.test");

it.each<[string, string[], string]>([
  ["one box", ["demo:write"], '"Write" under "Breakwater Edge"'],
  [
    "two, each once",
    ["demo:write", "demo:delete", "demo:write"],
    '"Write" under "Breakwater Edge" and "Delete" under "Breakwater Edge"',
  ],
  ["a tag", ["demo:write:Access%20rules"], '"Write" with its tag Access rules under "Breakwater Edge"'],
  [
    "an API with a title that is not what it looks like",
    ["github:read"],
    '"Read" under "GitHub⟨U+202E⟩ REST API"',
  ],
])("names %s", (_, scopes, words) => {
  expect(say(scopes)).toContain(`and to tick ${words} on the page that opens.`);
});

it.each<[string, RegExp]>([
  ["Claude Code", /\/mcp, choose this server, then Re-authenticate/],
  ["Codex", /codex mcp login/],
  ["Gemini CLI MCP Client", /\/mcp auth/],
  ["opencode", /opencode mcp auth/],
  ["Visual Studio Code", /MCP: List Servers/],
  ["something else", /remove the login of this server, then connect again/],
])("says how in %s", (clientName, words) => {
  expect(say(["demo:write"], { clientName })).toMatch(words);
});

it("sends a user of an access token to the page of tokens, because no login would help", () => {
  const said = say(["demo:write", "demo:delete"], {
    clientId: accessTokenClientId("abc"),
    clientName: "Claude Code",
  });
  expect(said).toContain("create another one at https://isogate.test/tokens that allows write and delete");
  expect(said).not.toContain("log in again");
});

it("names the option where clients start the server by a command", () => {
  const caller = { userId: "u", clientId: accessTokenClientId("abc"), access: { demo: ["read" as const] } };
  const said = reconnectFor(["demo:delete", "demo:write"], caller, apis, "https://isogate.test", true);
  expect(said).toContain("add --access read,write,delete to the command");
});
