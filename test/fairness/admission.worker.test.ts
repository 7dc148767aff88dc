/** Two people at one server: the heavy caller must wait, and clients and models understand why. */
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { providerIn } from "../../src/auth/sign-in/oidc.ts";
import { localUserId, type User } from "../../src/terms/user.ts";
import { issueAccessToken } from "../../src/vault/access-tokens.ts";
import { admitted } from "../../src/fairness/admission.ts";
import { turnLimits } from "../../src/fairness/limits.ts";
import worker from "../../src/index.ts";
import { deployFixture } from "../auth/fixture/deployment.ts";

const origin = "http://localhost:8484";

/** The same server where people sign in at a provider: on a computer there is only one person. */
const provider = { OIDC_ISSUER: "https://identity.invalid", OIDC_CLIENT_ID: "c" };
const forPeople = {
  SIGN_IN: "oidc",
  ISOGATE_SECRET: "a-secret-for-tests-only-0123456789abcdef",
  ...provider,
};

function serve(request: Request, variables: Record<string, string> = {}): Promise<Response> {
  return worker.fetch(request, { ...env, ...variables } as never, createExecutionContext());
}

interface Program {
  token: string;
  server: Record<string, string>;
}

async function programFor(user: User, server: Record<string, string> = {}): Promise<Program> {
  const wanted = { userId: user.id, user, name: "test", scopes: ["edge:read"], days: 1 };
  const { token } = await issueAccessToken(env.OAUTH_KV, wanted);
  return { token, server };
}
const programOf = (id: string) =>
  programFor({ id: `oidc-${id}`, label: id, provider: providerIn(provider) }, forPeople);
const programHere = () => programFor({ id: localUserId, label: "you" });

function list({ token, server }: Program, id: number): Promise<Response> {
  return serve(
    new Request(`${origin}/mcp`, {
      method: "POST",
      headers: {
        Host: "localhost:8484",
        Authorization: `Bearer ${token}`,
        "Content-Type": "application/json",
        Accept: "application/json, text/event-stream",
      },
      body: JSON.stringify({ jsonrpc: "2.0", id, method: "tools/list" }),
    }),
    server,
  );
}

it("refuses only the heavy caller, with 429, Retry-After and what to do", async () => {
  await deployFixture(env.CATALOGS);
  const [hammer, other] = await Promise.all([programOf("hammer"), programOf("other")]);
  expect((await list(other, 1)).status).toBe(200);
  expect((await list(hammer, 1)).status).toBe(200);
  const answers = await Promise.all(Array.from({ length: 60 }, (_, n) => list(hammer, n + 100)));
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThan(20);
  expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(turnLimits.burst);
  const [first] = refused;
  expect(Number(first?.headers.get("Retry-After"))).toBeGreaterThanOrEqual(1);
  const body = (await first?.json()) as { id: number; error: { message: string } };
  expect(body.id).toBeGreaterThanOrEqual(100);
  expect(body.error).toMatchObject({
    code: -32_000,
    data: { retryAfterSeconds: expect.any(Number) as number },
  });
  expect(body.error.message).toMatch(
    /Too many calls: .* Wait \d+ s, then send it again\. .*do more in one call/,
  );
  for (const answer of answers) if (answer.status === 200) await answer.text();
  const began = Date.now();
  expect((await list(other, 2)).status).toBe(200);
  expect(Date.now() - began).toBeLessThan(turnLimits.holdMs);
});

it("refuses a known caller before the login looks at the token, and asks only once who is calling", async () => {
  let logins = 0;
  const send = async (userId: string) => {
    const headers = { Authorization: `Bearer ${userId}` };
    const request = new Request(`${origin}/mcp`, { method: "POST", headers, body: "{}" });
    const { status } = await admitted(request, env, async ({ program }) => {
      logins += 1;
      const caller = { userId, clientId: "c", access: {} };
      return (await program({ request, caller })) ?? new Response("served");
    });
    return status;
  };
  expect([await send("light"), await send("heavy")]).toEqual([200, 200]);
  const answers = await Promise.all(Array.from({ length: 60 }, () => send("heavy")));
  const served = answers.filter((status) => status === 200).length;
  expect(served).toBeGreaterThanOrEqual(turnLimits.burst);
  expect(served).toBeLessThan(40);
  expect(logins).toBe(2 + served);
});

describe("a person who is signed in", () => {
  const ask = (method: string, path: string, headers: Record<string, string> = {}) =>
    serve(
      new Request(origin + path, {
        method,
        redirect: "manual",
        headers: { Host: "localhost:8484", Origin: origin, ...headers },
        ...(method === "POST" && { body: new URLSearchParams({ code: "return 1" }) }),
      }),
    );

  it.each([
    ["POST", "/playground"],
    ["POST", "/playground/check"],
    ["POST", "/tokens"],
    ["GET", "/apis/edge"],
    ["GET", "/connections"],
    ["GET", "/runs.jsonl"],
    ["GET", "/nothing-is-here"],
  ])("takes turns at every page: %s %s", async (method, path) => {
    await deployFixture(env.CATALOGS);
    const other = await programOf("other");
    expect((await list(other, 1)).status).toBe(200);
    const answers = await Promise.all(Array.from({ length: 40 }, () => ask(method, path)));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(10);
    expect(answers.length - refused.length).toBeGreaterThanOrEqual(1);
    expect(Number(refused[0]?.headers.get("Retry-After"))).toBeGreaterThanOrEqual(1);
    expect(await refused[0]?.text()).toMatch(
      /Too many calls: .*Nothing was done\. Wait \d+ s, then try again\./s,
    );
    expect((await list(other, 2)).status).toBe(200);
    const said = await ask(method, path, { Accept: "application/json" });
    if (said.status === 429)
      expect(await said.json()).toEqual({ problem: expect.stringContaining("Nothing was done.") as string });
  });

  it("is not kept from the console by a program of their own, whatever that one asks for", async () => {
    await deployFixture(env.CATALOGS);
    const [own, other] = await Promise.all([programHere(), programOf("other")]);
    await new Promise((resolve) => setTimeout(resolve, turnLimits.activeMs));
    expect((await list(other, 1)).status).toBe(200);
    const hammering = Promise.all(Array.from({ length: 60 }, (_, n) => list(own, n)));
    expect((await ask("GET", "/connections")).status).toBe(200);
    expect((await hammering).filter(({ status }) => status === 429).length).toBeGreaterThan(20);
  });

  it("does not keep a program of their own from its turns", async () => {
    await deployFixture(env.CATALOGS);
    const own = await programHere();
    await new Promise((resolve) => setTimeout(resolve, turnLimits.activeMs));
    for (let page = 0; page < 3; page += 1) expect((await ask("GET", "/connections")).status).toBe(200);
    const answers = await Promise.all(Array.from({ length: 60 }, (_, n) => list(own, n)));
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
  });

  it("loads what a page consists of without a turn", async () => {
    const { text } = { text: await (await ask("GET", "/")).text() };
    const paths = [...text.matchAll(/"(\/assets\/[^"]+)"/g)].map(([, path]) => path!);
    expect(paths.length).toBeGreaterThan(0);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => paths)
        .flat()
        .map((path) => ask("GET", path)),
    );
    expect(answers.every(({ status }) => status === 200)).toBe(true);
  });
});
