/** Clients made with the SDK's first version, which most programs embed. */
import { join } from "node:path";
import { MemoryOAuthClient, walkLogin } from "../../demo/oauth-client.ts";
import { cellOf, codes, type Drive } from "../driver.ts";

interface ClientV1 {
  connect(transport: unknown): Promise<void>;
  close(): Promise<void>;
  listTools(): Promise<{ tools: { name: string }[] }>;
  callTool(call: { name: string; arguments: object }): Promise<{ content: { text?: string }[] }>;
}
interface TransportV1 {
  finishAuth(code: string): Promise<void>;
}

export const drive: Drive = async ({ folder, open, login }, tell) => {
  const esm = join(folder, "node_modules/@modelcontextprotocol/sdk/dist/esm/client");
  const { Client } = (await import(join(esm, "index.js"))) as { Client: new (info: object) => ClientV1 };
  const { StreamableHTTPClientTransport: Transport } = (await import(join(esm, "streamableHttp.js"))) as {
    StreamableHTTPClientTransport: new (url: URL, options?: object) => TransportV1;
  };
  const info = { name: "isogate-clients", version: "1" };

  const plain = new Client(info);
  const noLogin = new MemoryOAuthClient("never asked");
  await plain.connect(new Transport(open, { authProvider: noLogin }));
  tell("open", noLogin.authorizationUrl ? { ok: false, note: "it was sent to log in" } : { ok: true });
  await plain.close();

  const authProvider = new MemoryOAuthClient("SDK v1");
  const first = new Transport(login, { authProvider });
  await new Client(info).connect(first).catch(() => {});
  if (!authProvider.authorizationUrl) throw new Error("it was not sent to log in");
  await first.finishAuth((await walkLogin(authProvider.authorizationUrl)).get("code") ?? "");
  const client = new Client(info);
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
    tell(call, cellOf(call, content.map(({ text }) => text).join("\n")));
  }
  await client.close();
};
