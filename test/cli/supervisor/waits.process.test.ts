/** Calls that take long, and a server that stops meanwhile: the client is told that it goes on, and gets an answer. */
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as TransportV1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startDemoApi } from "../../../demo/server.ts";
import { connect, logIn } from "../../setup/connect.ts";
import { readReply } from "../../setup/read-reply.ts";
import { startSupervised, type Started } from "./started.ts";

const token = "waits-demo-token";
let demo: Awaited<ReturnType<typeof startDemoApi>>;
let server: Started;
let login: Awaited<ReturnType<typeof logIn>>;
let url: URL;

beforeAll(async () => {
  demo = await startDemoApi({ port: 0, token });
  server = await startSupervised({ url: demo.url, token });
  url = new URL("/mcp", server.origin);
  login = await logIn(url, ["demo:read", "demo:write"]);
});
afterAll(async () => {
  await server.stop();
  await demo.close();
});

const waits = (ms: number) =>
  `await api.get("/zones"); await new Promise((resolve) => setTimeout(resolve, ${ms})); return "done"`;

interface Options {
  timeout: number;
  resetTimeoutOnProgress: boolean;
  onprogress(told: { progress: number; message?: string | undefined }): void;
}

/** A client of each kind. @returns how it calls the tool */
const clients: Record<string, () => Promise<(code: string, options?: Options) => Promise<unknown>>> = {
  "SDK v2, 2026-07-28": async () => {
    const client = await connect(url, login, "auto");
    return (code, options) => client.callTool({ name: "execute", arguments: { code } }, options);
  },
  "SDK v2, an older revision": async () => {
    const client = await connect(url, login, "legacy");
    return (code, options) => client.callTool({ name: "execute", arguments: { code } }, options);
  },
  "SDK v1": async () => {
    const client = new ClientV1({ name: "waits", version: "1" });
    const headers = { authorization: `Bearer ${login.tokens()?.access_token}` };
    const transport = new TransportV1(url, { requestInit: { headers } });
    await client.connect(transport as Parameters<typeof client.connect>[0]);
    return (code, options) => client.callTool({ name: "execute", arguments: { code } }, undefined, options);
  },
};

describe("a call that takes long", () => {
  it.for(Object.keys(clients))(
    "tells every few seconds that it goes on, so a client that counts from there does not give up (%s)",
    async (kind) => {
      const call = await clients[kind]!();
      const told: { progress: number; message?: string | undefined }[] = [];
      const options = {
        timeout: 5_000,
        resetTimeoutOnProgress: true,
        onprogress: (one: (typeof told)[number]) => void told.push(one),
      };
      expect(readReply(await call(waits(10_000), options)).result).toBe("done");
      expect(told.length).toBeGreaterThanOrEqual(3);
      for (const [at, { progress }] of told.entries())
        expect(progress).toBeGreaterThan(told[at - 1]?.progress ?? 0);
      expect(told.at(-1)?.message).toBe("1 request done");
    },
  );
});

describe("a server that is stopped in order", () => {
  it("answers the calls under way first, with what they had done", async () => {
    const calls = await Promise.all(Object.values(clients).map((open) => open()));
    const options = { timeout: 60_000, resetTimeoutOnProgress: true, onprogress: () => undefined };
    const running = calls.map((call) => call(waits(40_000), options));
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    await server.stop();
    for (const answer of await Promise.all(running)) {
      const { error, requests } = readReply(answer);
      expect(error).toEqual({
        kind: "interrupted",
        message:
          "This run was interrupted: the server was stopped in order. This one is not at fault, and nothing that was committed is lost.",
        next: expect.stringMatching(/^Wait until the server runs again\. If it only reads/) as string,
      });
      expect(requests).toEqual([expect.stringMatching(/^listZones: 200 \d+ ms$/)]);
    }
  });
});
