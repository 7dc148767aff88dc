/** The real clients, each logging in by itself, over real HTTP: all list two tools, run both, see a picture and get a file. */
import { execFile } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as TransportV1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { describe, expect, inject, it } from "vitest";
import { connect, logIn } from "../setup/connect.ts";
import { AtTheConsole } from "./fixture/at-the-console.ts";
import { readReply } from "../setup/read-reply.ts";

const url = new URL("/mcp", inject("origin"));
const searchCode = 'operations.filter((o) => o.api === "demo" && o.access === "delete").length > 0';
const executeCode = `const { data } = await apis.demo.get("/zones"); return data.items.map((zone) => zone.name)`;

/** A transparent dot, as an API would send it, and a file for the person. */
const dot =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
const handsOver = `await file("a,b\\n", "table.csv"); return Uint8Array.from(atob("${dot}"), (c) => c.charCodeAt(0))`;

/** @param knowsLinks clients before 2025-06-18 do not */
function expectHandedOver(answer: unknown, knowsLinks = true): string {
  const { content } = answer as { content: Record<string, unknown>[] };
  expect(content[1]).toMatchObject({ type: "image", mimeType: "image/png", data: dot });
  expect(content[2]?.["type"]).toBe(knowsLinks ? "resource_link" : undefined);
  const link = /table\.csv \(text\/csv, 4 bytes\): (\S+)/.exec(String(content[0]?.["text"]))?.[1] ?? "";
  if (knowsLinks)
    expect(content[2]).toMatchObject({ uri: link, name: "table.csv", mimeType: "text/csv", size: 4 });
  return link;
}

function resultOf(answer: unknown): unknown {
  const { isError, result } = readReply(answer);
  expect(isError, JSON.stringify(answer)).toBe(false);
  return result;
}

describe("a client that logs in by OAuth", () => {
  for (const mode of ["auto", "legacy"] as const) {
    it(`lists two tools and runs both with SDK v2 (${mode})`, async () => {
      const authProvider = await logIn(url);
      const client = await connect(url, authProvider, mode);
      const { tools } = await client.listTools();
      expect(tools.map(({ name }) => name)).toEqual(["search", "execute"]);
      expect(resultOf(await client.callTool({ name: "search", arguments: { code: searchCode } }))).toBe(true);
      expect(
        resultOf(await client.callTool({ name: "execute", arguments: { code: executeCode } })),
      ).toContain("harborlight.example");
      const link = expectHandedOver(
        await client.callTool({ name: "execute", arguments: { code: handsOver } }),
      );
      const opened = await new AtTheConsole(url.origin).open(new URL(link).pathname);
      expect(opened).toEqual({ status: 200, text: "a,b\n" });
      await client.close();
    });
  }

  it("lists two tools and runs both with SDK v1", async () => {
    const authProvider = await logIn(url);
    const client = new ClientV1({ name: "journey", version: "1" });
    // The v1 client takes the tokens that the v2 client got: its own login has tests of its own (test/auth).
    await client.connect(
      new TransportV1(url, {
        requestInit: { headers: { authorization: `Bearer ${authProvider.tokens()?.access_token}` } },
      }) as Parameters<typeof client.connect>[0],
    );
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(["search", "execute"]);
    expect(resultOf(await client.callTool({ name: "search", arguments: { code: searchCode } }))).toBe(true);
    expect(resultOf(await client.callTool({ name: "execute", arguments: { code: executeCode } }))).toContain(
      "harborlight.example",
    );
    expectHandedOver(await client.callTool({ name: "execute", arguments: { code: handsOver } }));
    await client.close();
  });

  it("lists two tools and runs both with the Inspector's command line", async () => {
    const token = (await logIn(url)).tokens()?.access_token;
    const inspect = async (...rest: string[]): Promise<unknown> => {
      const { stdout } = await promisify(execFile)(
        join(import.meta.dirname, "../../node_modules/.bin/mcp-inspector"),
        ["--cli", url.href, "--transport", "http", "--header", `Authorization: Bearer ${token}`, ...rest],
        { env: { ...process.env, HOME: await mkdtemp(join(tmpdir(), "isogate-inspector-")) } },
      );
      return JSON.parse(stdout);
    };
    const listed = (await inspect("--method", "tools/list")) as { tools: { name: string }[] };
    expect(listed.tools.map(({ name }) => name)).toEqual(["search", "execute"]);
    const call = (name: string, code: string) =>
      inspect("--method", "tools/call", "--tool-name", name, "--tool-arg", `code=${code}`);
    expect(resultOf(await call("search", searchCode))).toBe(true);
    expect(resultOf(await call("execute", executeCode))).toContain("harborlight.example");
    expectHandedOver(await call("execute", handsOver));
  });
});

describe("a client without a token", () => {
  it("is told where to log in", async () => {
    const response = await fetch(url, { method: "POST", body: "{}" });
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toContain("resource_metadata=");
  });
});
