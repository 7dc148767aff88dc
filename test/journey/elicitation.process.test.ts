/** "Delete these three records" by clients that can ask their person: in both eras of the protocol, without a link. */
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as TransportV1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { MemoryOAuthClient } from "../../scripts/demo/oauth-client.ts";
import { connect, logIn } from "../setup/connect.ts";
import { AtTheConsole } from "./fixture/at-the-console.ts";
import { startCareful, type CarefulServer } from "./fixture/careful-server.ts";
import { deleteThree, makeRecords, pathOfLink } from "./fixture/three-records.ts";
import { readReply, type Reply } from "../setup/read-reply.ts";

const scopes = ["demo:read", "demo:write", "demo:delete"];

/** What a person answers to a question. */
// An alias: the SDKs want a type that may hold other members, which an interface is not.
type PersonsAnswer = {
  action: "accept" | "decline" | "cancel";
  content?: Record<string, string>;
};
type Asked = (message: string) => PersonsAnswer | Promise<PersonsAnswer>;

interface Speaks {
  /** @param timeoutMs when the client gives up */
  execute(code: string, timeoutMs?: number): Promise<Reply>;
  close(): Promise<void>;
}

let server: CarefulServer;
let login: MemoryOAuthClient;
let records: string[];
let code: string;

beforeAll(async () => {
  server = await startCareful();
  login = await logIn(server.mcp, scopes);
});
afterAll(() => server?.stop());
beforeEach(async () => {
  const plain = await connect(server.mcp, login);
  records = await makeRecords(plain, 3);
  await plain.close();
  code = deleteThree(records);
  server.forget();
});

const capabilities = { elicitation: { form: {} } };

async function v2(mode: "auto" | "legacy", asked: Asked): Promise<Speaks> {
  const client = new Client({ name: "asks", version: "1" }, { capabilities, versionNegotiation: { mode } });
  client.setRequestHandler("elicitation/create", async ({ params }) => asked(params.message));
  await client.connect(new StreamableHTTPClientTransport(server.mcp, { authProvider: login }));
  return {
    execute: async (text, timeout = 60_000) =>
      readReply(await client.callTool({ name: "execute", arguments: { code: text } }, { timeout })),
    close: () => client.close(),
  };
}

async function v1(asked: Asked): Promise<Speaks> {
  const client = new ClientV1({ name: "asks", version: "1" }, { capabilities: { elicitation: {} } });
  client.setRequestHandler(ElicitRequestSchema, async ({ params }) => asked(params.message));
  const authorization = `Bearer ${login.tokens()?.access_token}`;
  const transport = new TransportV1(server.mcp, { requestInit: { headers: { authorization } } });
  await client.connect(transport as Parameters<typeof client.connect>[0]);
  return {
    execute: async (text, timeout = 60_000) =>
      readReply(
        await client.callTool({ name: "execute", arguments: { code: text } }, undefined, { timeout }),
      ),
    close: () => client.close(),
  };
}

const approve: PersonsAnswer = { action: "accept", content: { decision: "Approve the listed requests" } };

const clients: Record<string, (asked: Asked) => Promise<Speaks>> = {
  "SDK v2, 2026-07-28": (asked) => v2("auto", asked),
  "SDK v2, an older revision": (asked) => v2("legacy", asked),
  "SDK v1": v1,
};

for (const [name, open] of Object.entries(clients)) {
  describe(`a client that can ask (${name})`, () => {
    it("asks once and shows all three; the API sees exactly three deletions", async () => {
      const questions: string[] = [];
      const client = await open((message) => {
        questions.push(message);
        expect(server.deletions()).toEqual([]);
        return approve;
      });
      const reply = await client.execute(code);
      expect(reply.result, JSON.stringify(reply)).toEqual(records);
      expect(questions).toHaveLength(1);
      for (const id of records)
        expect(questions[0]).toContain(`| DELETE ${server.upstream}/v1/zones/${zone()}/dns-records/${id}`);
      expect(questions[0]).toContain("| authorization: •••");
      expect(server.deletions()).toHaveLength(3);
      await client.close();
    });

    it("asks as often as the code needs it, and sends nothing twice", async () => {
      const oneByOne = `${code.split("\n")[0]}\nfor (const id of ids) await api.delete("/zones/{zone_id}/dns-records/{record_id}", { path: { zone_id: "${zone()}", record_id: id } }); return ids`;
      let questions = 0;
      const client = await open(() => {
        questions += 1;
        return approve;
      });
      expect((await client.execute(oneByOne)).result).toEqual(records);
      expect(questions).toBe(3);
      expect(server.deletions()).toHaveLength(3);
      await client.close();
    });

    it("shows what the program can call, and asks no more if the person allows it", async () => {
      const oneByOne = `${code.split("\n")[0]}\nfor (const id of ids) await api.delete("/zones/{zone_id}/dns-records/{record_id}", { path: { zone_id: "${zone()}", record_id: id } }); return ids`;
      const questions: string[] = [];
      const client = await open((message) => {
        questions.push(message);
        return { action: "accept", content: { decision: "Allow this program" } };
      });
      expect((await client.execute(oneByOne)).result).toEqual(records);
      expect(questions).toHaveLength(1);
      expect(questions[0]).toContain(
        "- DELETE /zones/{zone_id}/dns-records/{record_id} (deleteDnsRecord)\nDecide here",
      );
      expect(server.deletions()).toHaveLength(3);
      await client.close();
    });

    it("counts an answer that comes after the client gave up: the same code goes on, and nobody is asked again", async () => {
      const answers: ((answer: PersonsAnswer) => void)[] = [];
      const client = await open(() => new Promise((resolve) => void answers.push(resolve)));
      const first = client.execute(code, 2_000);
      // The newest revision asks between two calls, so no call waits for the person.
      if (name.includes("2026")) {
        await vi.waitFor(() => expect(answers).toHaveLength(1), 10_000);
        answers[0]?.(approve);
        expect((await first).result).toEqual(records);
      } else {
        await expect(first).rejects.toThrow();
        expect(answers).toHaveLength(1);
        // A person answers later than the client says that it has given up; nothing shows when the server has heard that.
        await new Promise((resolve) => setTimeout(resolve, 1_000));
        // Its page, found once: everything that is asked for takes turns of the same person.
        const person = new AtTheConsole(server.origin);
        const { text } = await person.open("/approvals");
        const paths = new Set([...text.matchAll(/href="(\/approvals\/[\w-]+)"/g)].map(([, path]) => path!));
        let own: string | undefined;
        for (const path of paths) if ((await person.open(path)).text.includes(records[0]!)) own = path;
        expect(own).toBeDefined();
        answers[0]?.(approve);
        await vi.waitFor(async () => expect((await person.open(own!)).text).toContain("Approved"), {
          timeout: 10_000,
          interval: 1_000,
        });
        const reply = await client.execute(code);
        expect(reply.result, JSON.stringify(reply)).toEqual(records);
        expect(answers).toHaveLength(1);
      }
      expect(server.deletions()).toHaveLength(3);
      await client.close();
    });

    it("tells the code why the person rejected it, and sends nothing", async () => {
      const client = await open(() => ({
        action: "accept",
        content: { decision: "Reject", reason: "They are still needed." },
      }));
      const reply = await client.execute(code);
      expect(reply.error?.message).toContain("They are still needed.");
      expect(server.deletions()).toEqual([]);
      await client.close();
    });

    it("that declines by itself has not decided for its person: the link, and the record says so", async () => {
      const client = await open(() => ({ action: "decline" }));
      const reply = await client.execute(code);
      expect(reply.error?.kind).toBe("needs-approval");
      const person = new AtTheConsole(server.origin);
      const { text } = await person.open(pathOfLink(reply));
      expect(text).toContain("Waits for you");
      expect(text).toContain("declined the question without a person&#39;s words");
      await person.send(pathOfLink(reply), { do: "approve-listed" });
      expect((await client.execute(code)).result).toEqual(records);
      expect(server.deletions()).toHaveLength(3);
      await client.close();
    });

    it("is offered no approval of what does not fit into the question", async () => {
      const questions: string[] = [];
      const client = await open((message) => {
        questions.push(message);
        return approve;
      });
      const long = code.replace(
        "record_id: id }",
        "record_id: id }, headers: { 'if-match': 'a'.repeat(5000) }",
      );
      const reply = await client.execute(long);
      expect(reply.error?.kind).toBe("needs-approval");
      expect(questions).toHaveLength(1);
      expect(questions[0]).toContain("too long to be shown here");
      expect(questions[0]).toContain(pathOfLink(reply));
      expect(server.deletions()).toEqual([]);
      await new AtTheConsole(server.origin).send(pathOfLink(reply), { do: "drop" });
      await client.close();
    });

    it("gets the link if the person closes the question, and the console goes on from there", async () => {
      const client = await open(() => ({ action: "cancel" }));
      const reply = await client.execute(code);
      expect(reply.error?.kind).toBe("needs-approval");
      await new AtTheConsole(server.origin).send(pathOfLink(reply), { do: "approve-listed" });
      expect((await client.execute(code)).result).toEqual(records);
      expect(server.deletions()).toHaveLength(3);
      await client.close();
    });
  });
}

describe.each([
  // One of the newest revision does not say that it gave up: there the time tells (test/mcp/progress.test.ts).
  ["SDK v2, an older revision", (asked: Asked) => v2("legacy", asked)],
  ["SDK v1", v1],
])("a client that says so (%s)", (_, open) => {
  it("gives up while the approved code runs: the next call of the same code has the result, and nothing is sent twice", async () => {
    let questions = 0;
    const client = await open(() => {
      questions += 1;
      return approve;
    });
    const slow = code.replace(
      "return ids",
      "await new Promise((done) => setTimeout(done, 5_000));\nreturn ids",
    );
    await expect(client.execute(slow, 2_500)).rejects.toThrow();
    expect(server.deletions()).toHaveLength(3);
    // Until the run has ended.
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    const reply = await client.execute(slow);
    expect(reply.result, JSON.stringify(reply)).toEqual(records);
    expect(server.deletions()).toHaveLength(3);
    expect(questions).toBe(1);
    // Once it has been heard, the code is new again.
    const again = client.execute(slow);
    await expect.poll(() => questions, { timeout: 10_000 }).toBe(2);
    await again;
    await client.close();
  });
});

describe("what travels through a client with a question", () => {
  it("is worth nothing when it was changed, when another connection sends it, or for other code", async () => {
    const manual = { versionNegotiation: { mode: "auto" as const }, inputRequired: { autoFulfill: false } };
    const speak = async (provider: MemoryOAuthClient) => {
      const client = new Client({ name: "manual", version: "1" }, { capabilities, ...manual });
      client.setRequestHandler("elicitation/create", async () => approve);
      await client.connect(new StreamableHTTPClientTransport(server.mcp, { authProvider: provider }));
      return client;
    };
    const client = await speak(login);
    const call = (speaker: Client, params: object) =>
      speaker.callTool(
        { name: "execute", arguments: { code }, ...params } as never,
        {
          allowInputRequired: true,
        } as never,
      ) as Promise<Record<string, unknown>>;
    const asked = await call(client, {});
    expect(asked["resultType"]).toBe("input_required");
    const state = String(asked["requestState"]);
    const inputResponses = { approval: approve };
    const [version, body, mac] = state.split(".");
    const payload = JSON.parse(Buffer.from(body!, "base64url").toString()) as { exp: number };
    const later = Buffer.from(JSON.stringify({ ...payload, exp: payload.exp + 1 })).toString("base64url");
    await expect(
      call(client, { inputResponses, requestState: `${version}.${later}.${mac}` }),
    ).rejects.toThrow(/requestState/);
    const other = await speak(await logIn(server.mcp, scopes));
    await expect(call(other, { inputResponses, requestState: state })).rejects.toThrow(/requestState/);
    const otherCode = await call(client, {
      inputResponses,
      requestState: state,
      arguments: { code: `${code} // more` },
    });
    expect(otherCode["resultType"]).toBe("input_required");
    expect(server.deletions()).toEqual([]);
    const done = readReply(await call(client, { inputResponses, requestState: state }));
    expect(done.result).toEqual(records);
    // Sent again, the same answer approves nothing that was not asked about.
    const again = await call(client, { inputResponses, requestState: state });
    expect(again["resultType"]).toBe("input_required");
    expect(server.deletions()).toHaveLength(3);
    await Promise.all([client.close(), other.close()]);
  });
});

describe("a person who reads for longer than clients wait", () => {
  it(
    "keeps the client informed, is not waited for beyond 50 s, and is heard late",
    { timeout: 120_000 },
    async () => {
      const client = new Client(
        { name: "slow", version: "1" },
        { capabilities, versionNegotiation: { mode: "legacy" } },
      );
      const answered = Promise.withResolvers<PersonsAnswer>();
      client.setRequestHandler("elicitation/create", () => answered.promise);
      // The tests before have used up the turns of this connection (src/fairness/turns.ts).
      await new Promise((done) => setTimeout(done, 4_000));
      await client.connect(new StreamableHTTPClientTransport(server.mcp, { authProvider: login }));
      const told: string[] = [];
      const began = performance.now();
      const reply = readReply(
        await client.callTool(
          { name: "execute", arguments: { code } },
          { timeout: 60_000, onprogress: ({ message }) => void told.push(message ?? "") },
        ),
      );
      const waitedMs = performance.now() - began;
      // Clients give a call up after 60 s.
      expect(waitedMs).toBeGreaterThan(48_000);
      expect(waitedMs).toBeLessThan(58_000);
      expect(reply.error?.kind).toBe("needs-approval");
      expect(pathOfLink(reply)).toMatch(/^\/approvals\//);
      expect(told.filter((message) => message === "waiting for the user's decision").length).toBeGreaterThan(
        2,
      );
      expect(server.deletions()).toEqual([]);
      answered.resolve(approve);
      await vi.waitFor(
        async () =>
          expect((await new AtTheConsole(server.origin).open(pathOfLink(reply))).text).toContain("Approved"),
        { timeout: 10_000, interval: 500 },
      );
      const again = await client.callTool({ name: "execute", arguments: { code } });
      expect(readReply(again).result).toEqual(records);
      expect(server.deletions()).toHaveLength(3);
      await client.close();
    },
  );
});

describe("a session of an older revision", () => {
  it("is there for its own connection only", async () => {
    const headers = (token: string | undefined, session?: string) => ({
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...(session !== undefined && { "mcp-session-id": session, "mcp-protocol-version": "2025-11-25" }),
    });
    const initialize = {
      jsonrpc: "2.0",
      id: 1,
      method: "initialize",
      params: { protocolVersion: "2025-11-25", capabilities, clientInfo: { name: "raw", version: "1" } },
    };
    const list = { jsonrpc: "2.0", id: 2, method: "tools/list" };
    const post = (body: object, sent: Record<string, string>) =>
      fetch(server.mcp, { method: "POST", headers: sent, body: JSON.stringify(body) });
    const mine = login.tokens()?.access_token;
    const begun = await post(initialize, headers(mine));
    const session = begun.headers.get("mcp-session-id")!;
    expect(session).toMatch(/^[\w-]{36}$/);
    await begun.text();
    const own = await post(list, headers(mine, session));
    expect(own.status).toBe(200);
    await own.text();
    const another = (await logIn(server.mcp, scopes)).tokens()?.access_token;
    const foreign = await post(list, headers(another, session));
    expect(foreign.status).toBe(404);
    await foreign.text();
    // Without elicitation nothing is kept between two requests.
    const plain = await post(
      { ...initialize, params: { ...initialize.params, capabilities: {} } },
      headers(mine),
    );
    expect(plain.headers.get("mcp-session-id")).toBeNull();
    await plain.text();
  });

  it("goes on after the server was killed", async () => {
    const client = await v1(() => approve);
    await server.crash();
    expect((await client.execute(code)).result).toEqual(records);
    expect(server.deletions()).toHaveLength(3);
    await client.close();
  });
});

function zone(): string {
  return /zone_id: "([^"]+)"/.exec(code)?.[1] ?? "";
}
