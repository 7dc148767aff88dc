/** A client made with the SDK's second version, which speaks 2026-07-28. */
import { join } from "node:path";
import type * as Sdk from "@modelcontextprotocol/client";
import { MemoryOAuthClient, walkLogin } from "../../demo/oauth-client.ts";
import { cellOf, codes, type Drive } from "../driver.ts";

export const drive: Drive = async ({ folder, open, login }, tell) => {
  const main = join(folder, "node_modules/@modelcontextprotocol/client/dist/index.mjs");
  const { Client, StreamableHTTPClientTransport: Transport } = (await import(main)) as typeof Sdk;
  const make = () =>
    new Client({ name: "isogate-clients", version: "1" }, { versionNegotiation: { mode: "auto" } });

  const plain = make();
  const noLogin = new MemoryOAuthClient("never asked");
  await plain.connect(new Transport(open, { authProvider: noLogin }));
  tell("open", noLogin.authorizationUrl ? { ok: false, note: "it was sent to log in" } : { ok: true });
  await plain.close();

  const authProvider = new MemoryOAuthClient("SDK v2");
  const first = new Transport(login, { authProvider });
  await make()
    .connect(first)
    .catch(() => {});
  if (!authProvider.authorizationUrl) throw new Error("it was not sent to log in");
  await first.finishAuth(await walkLogin(authProvider.authorizationUrl));
  const client = make();
  await client.connect(new Transport(login, { authProvider }));
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
    const { content } = await client.callTool({ name, arguments: { code: codes[call] } });
    tell(call, cellOf(call, content.map((part) => (part.type === "text" ? part.text : "")).join("\n")));
  }
  await client.close();
};
