/**
 * `npm run demo`: the whole road once, with a real server and the demo API. Logs in as a real OAuth client, lists the two
 * tools with their tokens, searches, executes, and checks the effect at the upstream.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, StreamableHTTPClientTransport, UnauthorizedError } from "@modelcontextprotocol/client";
import { estimateTokens } from "../../src/mcp/token-estimate.ts";
import { startDemoApi } from "../../demo/server.ts";
import { prepareApi, readApiFile, specsFolder } from "../../src/cli/apis.ts";
import { commandLine } from "../../src/cli/command-line.ts";
import { freePort, startLocalServer } from "../../src/cli/server/local-server.ts";
import { MemoryOAuthClient, walkLogin } from "./oauth-client.ts";

const searchCode = `find("who is attacking us: firewall events, then block an address", { limit: 4 }).map((o) => describe(o))`;

const executeCode = `
const rules = await api.get("/firewall-rules", { query: { category: "attack" } });
const events = await api.pages("/firewall-events", {
  query: { rule_id: rules.data.items.map((rule) => rule.id), max_bot_score: 29, verified_bot: false, limit: 500 },
}).all();
const offenders = new Set(events.map((event) => event.client_ip));
const blocked = [];
for (const value of offenders) {
  const { data } = await api.post("/access-rules", {
    body: { mode: "block", target: { type: "ip", value }, notes: "Offending in the firewall log." },
  });
  blocked.push(data.target.value);
}
return { offenders: offenders.size, blocked };`;

commandLine(
  "npm run demo",
  "npm run demo: starts the server, logs in, searches and executes against the demo API, and prints each step.",
  {},
);

const token = "demo-token-for-this-run-only";
const stateFolder = await mkdtemp(join(tmpdir(), "isogate-demo-"));
const demo = await startDemoApi({ port: 0, token });
let stop = async () => {};
try {
  const configured = await readApiFile(join(specsFolder, "demo.jsonc"));
  const prepared = await timed("compiled the document", () =>
    prepareApi({ ...configured, file: { ...configured.file, server: demo.url } }),
  );
  const server = await timed("started the server", async () =>
    startLocalServer({
      host: "127.0.0.1",
      port: await freePort(),
      apis: [prepared],
      secrets: { DEMO_TOKEN: token },
      stateFolder,
    }),
  );
  stop = server.stop;
  const client = await timed("logged in by OAuth", () => logIn(new URL("/mcp", server.origin)));

  const { tools } = await timed("listed the tools", () => client.listTools());
  const listed = tools.map((tool) => ({ ...tool, tokens: estimateTokens(JSON.stringify(tool)) }));
  for (const { name, description, tokens } of listed)
    console.log(`\n── ${name} (${tokens} tokens)\n${description}`);
  const instructions = client.getInstructions() ?? "";
  const total = listed.reduce((sum, { tokens }) => sum + tokens, estimateTokens(instructions));
  console.log(
    `\n── instructions\n${instructions}\n\nBoth tools and the instructions: about ${total} tokens.\n`,
  );

  await call(client, "search", searchCode);
  await call(client, "execute", executeCode);

  const rules = (await (
    await fetch(`${demo.url}/access-rules?mode=block&limit=100`, {
      headers: { authorization: `Bearer ${token}` },
    })
  ).json()) as { items: { target: { value: string } }[] };
  console.log(`The demo API now has ${rules.items.length} blocking access rules.`);
  await client.close();
} finally {
  await stop();
  await demo.close();
  await rm(stateFolder, { recursive: true, force: true });
}

/** Connects as a client that has never been here: registration, consent page, code, token. */
async function logIn(url: URL): Promise<Client> {
  const authProvider = new MemoryOAuthClient("isogate demo");
  const first = new StreamableHTTPClientTransport(url, { authProvider });
  const client = () =>
    new Client({ name: "isogate demo", version: "1" }, { versionNegotiation: { mode: "auto" } });
  await client()
    .connect(first)
    .catch((error: unknown) => {
      if (!(error instanceof UnauthorizedError)) throw error;
    });
  if (!authProvider.authorizationUrl) throw new Error("The server let the client in without a login.");
  await first.finishAuth(await walkLogin(authProvider.authorizationUrl, tickEverything));
  const connected = client();
  await connected.connect(new StreamableHTTPClientTransport(url, { authProvider }));
  return connected;
}

/** The person allows reading and writing. */
function tickEverything(fields: URLSearchParams): void {
  for (const scope of ["demo:read", "demo:write"]) {
    if (!fields.getAll("scope").includes(scope)) fields.append("scope", scope);
  }
}

async function call(client: Client, name: string, code: string): Promise<void> {
  console.log(`── ${name}\n${code.trim()}\n`);
  const answer = await timed(`${name} answered`, () => client.callTool({ name, arguments: { code } }));
  const [content] = answer.content as { type: string; text: string }[];
  console.log(`${content?.text}\n`);
  if (answer.isError) throw new Error(`${name} failed.`);
}

async function timed<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
  const began = performance.now();
  const result = await work();
  console.log(`${what} in ${(performance.now() - began).toFixed(0)} ms`);
  return result;
}
