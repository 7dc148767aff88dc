/** A client made with the SDK's second version, which speaks 2026-07-28. */
import { join } from "node:path";
import type * as Sdk from "@modelcontextprotocol/client";
import { MemoryOAuthClient, ticking, walkLogin } from "../../demo/oauth-client.ts";
import { cellOf, codes, type Drive, type Talk } from "../driver.ts";

/** @returns connects, logged in if it is given a login */
async function opened(folder: string) {
  const main = join(folder, "node_modules/@modelcontextprotocol/client/dist/index.mjs");
  const { Client, StreamableHTTPClientTransport: Transport } = (await import(main)) as typeof Sdk;
  const make = () =>
    new Client({ name: "isogate-clients", version: "1" }, { versionNegotiation: { mode: "auto" } });
  const connect = async (url: URL, authProvider: MemoryOAuthClient) => {
    const client = make();
    await client.connect(new Transport(url, { authProvider }));
    return client;
  };
  const logIn = async (url: URL, scopes: readonly string[] = []) => {
    const authProvider = new MemoryOAuthClient("SDK v2");
    const first = new Transport(url, { authProvider });
    await make()
      .connect(first)
      .catch(() => {});
    if (!authProvider.authorizationUrl) throw new Error("it was not sent to log in");
    await first.finishAuth(await walkLogin(authProvider.authorizationUrl, ticking(scopes)));
    return authProvider;
  };
  return { connect, logIn };
}

const textOf = ({ content }: Sdk.CallToolResult) =>
  content.map((part) => (part.type === "text" ? part.text : "")).join("\n");

export const drive: Drive = async ({ folder, open, login }, tell) => {
  const { connect, logIn } = await opened(folder);
  const noLogin = new MemoryOAuthClient("never asked");
  const plain = await connect(open, noLogin);
  tell("open", noLogin.authorizationUrl ? { ok: false, note: "it was sent to log in" } : { ok: true });
  await plain.close();

  const client = await connect(login, await logIn(login));
  tell("login", { ok: true });
  const { tools } = await client.listTools();
  tell("tools", {
    ok:
      tools
        .map(({ name }) => name)
        .toSorted()
        .join() === "execute,search",
  });
  for (const call of ["search", "execute", "failure"] as const) {
    const name = call === "search" ? "search" : "execute";
    tell(call, cellOf(call, textOf(await client.callTool({ name, arguments: { code: codes[call] } }))));
  }
  await client.close();
};

export const talk: Talk = async ({ folder, login }, scopes) => {
  const { connect, logIn } = await opened(folder);
  const provider = await logIn(login, scopes);
  return async (call) => {
    const client = await connect(login, provider);
    try {
      return textOf(await client.callTool({ name: "execute", arguments: { ...call } }));
    } finally {
      await client.close();
    }
  };
};
