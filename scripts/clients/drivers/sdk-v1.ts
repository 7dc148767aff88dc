/** Clients made with the SDK's first version, which most programs embed. */
import { join } from "node:path";
import { MemoryOAuthClient, ticking, walkLogin } from "../../demo/oauth-client.ts";
import { cellOf, codes, type Drive, type Talk } from "../driver.ts";

interface ClientV1 {
  connect(transport: unknown): Promise<void>;
  close(): Promise<void>;
  listTools(): Promise<{ tools: { name: string }[] }>;
  callTool(call: { name: string; arguments: object }): Promise<{ content: { text?: string }[] }>;
}
interface TransportV1 {
  finishAuth(code: string): Promise<void>;
}

/** @returns connects, logged in if it is given a login */
async function opened(folder: string) {
  const esm = join(folder, "node_modules/@modelcontextprotocol/sdk/dist/esm/client");
  const { Client } = (await import(join(esm, "index.js"))) as { Client: new (info: object) => ClientV1 };
  const { StreamableHTTPClientTransport: Transport } = (await import(join(esm, "streamableHttp.js"))) as {
    StreamableHTTPClientTransport: new (url: URL, options?: object) => TransportV1;
  };
  const make = () => new Client({ name: "isogate-clients", version: "1" });
  const connect = async (url: URL, authProvider: MemoryOAuthClient) => {
    const client = make();
    await client.connect(new Transport(url, { authProvider }));
    return client;
  };
  const logIn = async (url: URL, scopes: readonly string[] = []) => {
    const authProvider = new MemoryOAuthClient("SDK v1");
    const first = new Transport(url, { authProvider });
    await make()
      .connect(first)
      .catch(() => {});
    if (!authProvider.authorizationUrl) throw new Error("it was not sent to log in");
    const callback = await walkLogin(authProvider.authorizationUrl, ticking(scopes));
    await first.finishAuth(callback.get("code") ?? "");
    return authProvider;
  };
  return { connect, logIn };
}

const textOf = ({ content }: { content: { text?: string }[] }) => content.map(({ text }) => text).join("\n");

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
      return textOf(await client.callTool({ name: "execute", arguments: call }));
    } finally {
      await client.close();
    }
  };
};
