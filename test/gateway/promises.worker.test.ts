import { env, exports } from "cloudflare:workers";
import { expect, inject, it } from "vitest";
import { upstreamDocument } from "./document.ts";
import { gatewayProps } from "../../src/gateway/run/props.ts";
import { apiHeader } from "../../src/request/refusal.ts";
import { sealCredential } from "../../src/vault/vault.ts";
import { deploy, execute, executeUnchecked, received } from "./running.ts";

const credential = {
  from: "shared" as const,
  secrets: {
    token: "TEST_TOKEN",
    login: "TEST_LOGIN",
    key: "TEST_KEY",
    queryKey: "TEST_KEY",
    cookieKey: "TEST_KEY",
  },
};
const running = { document: upstreamDocument, file: { credential } };

/** Every part of every planted secret that must not be readable in the sandbox, however it is written. */
const planted = ["planted/secret+token==42", "planted/pass word", "planted-key-7f3a9"];
const traces = planted.flatMap((secret) => [
  secret,
  encodeURIComponent(secret),
  Buffer.from(secret).toString("base64").replace(/=+$/, ""),
  Buffer.from(secret).toString("hex"),
  Buffer.from(`x${secret}`).toString("base64").slice(4, -4),
  Buffer.from(`xy${secret}`).toString("base64url").slice(4, -4),
]);

function expectNoTrace(seen: unknown): void {
  const text = JSON.stringify(seen);
  for (const trace of traces) expect(text).not.toContain(trace);
}

it("signs with the planted secret, so that these tests look for something that is there", async () => {
  const before = await received();
  expect(before).toBeDefined();
  await execute("await api.get('/mirror', { query: { as: 'plain' } })", running);
  const { requests } = await received();
  expect(JSON.stringify(requests)).toContain("Bearer planted/secret+token==42");
});

it("shows no secret in anything that code can reach by itself", async () => {
  const ran = await executeUnchecked(
    `const seen = [];
     const visit = (value, depth, path) => {
       if (value === null || (typeof value !== "object" && typeof value !== "function") || depth > 4) {
         seen.push(path + "=" + String(value).slice(0, 300));
         return;
       }
       if (visited.has(value)) return;
       visited.add(value);
       for (const key of Reflect.ownKeys(value)) {
         try { visit(value[key], depth + 1, path + "." + String(key)); } catch (error) { seen.push(String(error)); }
       }
     };
     const visited = new Set([spec, operations]);
     visit(globalThis, 0, "globalThis");
     visit(api, 0, "api");
     try { visit(await import("cloudflare:workers"), 0, "workers"); } catch (error) { seen.push(String(error)); }
     seen.push(JSON.stringify(globalThis.process?.env ?? null));
     return { seen: seen.join("\\n"), count: seen.length, document: JSON.stringify(spec.components) };`,
    running,
  );
  expect(ran.failure).toBeUndefined();
  expect((ran.value as { count: number }).count).toBeGreaterThan(100);
  expectNoTrace(ran);
});

it.each(["plain", "base64", "shifted1", "shifted2", "percent", "hex", "json"])(
  "shows no secret that the upstream sends back as %s, in the body, split in two, or in a header",
  async (as) => {
    const ran = await execute(
      `const found = [];
       for (const where of ["body", "slow", "header"]) {
         const { data, headers } = await api.get("/mirror", { query: { in: where, as: ${JSON.stringify(as)} } });
         found.push(data, headers);
         const response = await fetch(${JSON.stringify(inject("upstream"))} + "/mirror?in=" + where + "&as=${as}");
         found.push(await response.text(), [...response.headers]);
       }
       return found;`,
      running,
    );
    expect(ran.failure).toBeUndefined();
    expect(JSON.stringify(ran.value).match(/\[redacted\]/g)).toHaveLength(6);
    expectNoTrace(ran);
  },
);

it.each(["getEcho", "loginEcho", "keyEcho", "queryKeyEcho", "cookieKeyEcho", "bothEcho"])(
  "shows no secret of %s, though the upstream returns the whole request",
  async (operation) => {
    const ran = await execute(`return (await api.call("${operation}")).data`, running);
    expect(ran.failure).toBeUndefined();
    expect(JSON.stringify(ran.value)).toContain("[redacted]");
    expectNoTrace(ran);
  },
);

it("shows no secret in errors of any kind", async () => {
  const ran = await execute(
    `const errors = [];
     const attempts = [
       () => api.get("/status/401"), () => api.get("/status/500"), () => api.get("/reset", { query: { times: "9", k: "e" } }),
       () => api.get("/redirect", { query: { to: "http://127.0.0.1:1/x" } }), () => api.get("/short"),
       () => api.get("/loop"), () => fetch("https://example.com/"), () => api.get("/nothing"), () => api.get("/echo", { query: { zzz: 1 } }),
     ];
     for (const attempt of attempts) {
       try { errors.push(await attempt()); } catch (error) {
         errors.push({ name: error.name, message: error.message, stack: error.stack, ...error });
       }
     }
     return errors;`,
    { ...running, file: { ...running.file, budgets: { retries: 1 } } },
  );
  expect(ran.value).toHaveLength(9);
  expectNoTrace(ran);
});

it("keeps the secret out of what the code set for itself: its own credential is removed, the gateway's is set", async () => {
  await received();
  await execute(
    `await fetch(${JSON.stringify(inject("upstream"))} + "/echo?key=mine", { headers: {
       authorization: "Bearer mine", cookie: "session=mine", "x-api-key": "mine", "proxy-authorization": "mine" } });
     await api.get("/echo/querykey", { query: { key: "mine", a: "1" }, headers: { Authorization: "mine" } });`,
    running,
  );
  const { requests } = await received();
  expect(requests).toHaveLength(2);
  expect(JSON.stringify(requests)).not.toContain("mine");
  expect(requests[0]).toMatchObject({
    url: "/echo",
    headers: { authorization: "Bearer planted/secret+token==42" },
  });
  expect(requests[1]).toMatchObject({ url: "/echo/querykey?a=1&key=planted-key-7f3a9" });
});

it("names a missing secret and the next step, and sends nothing", async () => {
  await received();
  const file = { credential: { from: "shared" as const, secrets: { token: "TEST_ABSENT" } } };
  const ran = await execute("return (await api.get('/echo')).data", { document: upstreamDocument, file });
  expect(ran.failure).toEqual({
    kind: "misconfigured",
    message: "The secret TEST_ABSENT for test is not set.",
    next: "Tell the operator to set it: wrangler secret put TEST_ABSENT; for a local server, TEST_ABSENT=… in the environment, .env or .dev.vars, and a restart.",
  });
  expect((await received()).count).toBe(0);
});

it("lets code reach no address but the API's", async () => {
  const other = inject("otherUpstream");
  const { port } = new URL(inject("upstream"));
  const targets = [
    `${other}/echo`,
    `http://localhost:${port}/echo`,
    `http://127.1:${port}/seen`,
    `http://127.0.0.1:${port}/seen`,
    `https://127.0.0.1:${port}/echo`,
    `http://user:pw@127.0.0.1:${Number(port) + 1}/echo`,
    "https://example.com/echo",
    "http://169.254.169.254/latest/meta-data/",
    "http://[::1]/echo",
    "file:///etc/passwd",
  ];
  await received();
  const ran = await executeUnchecked(
    `const outcomes = [];
     for (const target of ${JSON.stringify(targets)}) {
       try { outcomes.push("reached " + (await fetch(target)).status); } catch (error) { outcomes.push(error.failure?.kind ?? error.name); }
     }
     try { const { connect } = await import("cloudflare:sockets"); const socket = connect("127.0.0.1:${port}"); const writer = socket.writable.getWriter(); await writer.write(new TextEncoder().encode("GET /seen HTTP/1.0\\r\\n\\r\\n")); const { value } = await socket.readable.getReader().read(); outcomes.push(value ? "reached by socket" : "nothing read"); }
     catch (error) { outcomes.push("no socket"); }
     try { const socket = new WebSocket("ws://127.0.0.1:${port}/echo"); await new Promise((done, fail) => { socket.onopen = done; socket.onerror = fail; socket.onclose = fail; }); outcomes.push("reached by websocket"); }
     catch (error) { outcomes.push("no websocket"); }
     return outcomes;`,
    running,
  );
  expect((ran.value as string[]).filter((outcome) => outcome.startsWith("reached"))).toEqual([]);
  expect(ran.value).toHaveLength(targets.length + 2);
  expect((await received()).count).toBe(0);
});

it("holds no secret in what the entrypoint is handed out with", async () => {
  const server = inject("upstream");
  const own = { from: "user" as const, fields: { token: "Access token" }, check: "/echo" };
  const apis = [
    await deploy(running, "shared"),
    await deploy({ document: upstreamDocument, file: { credential: own } }, "own"),
  ];
  const { ISOGATE_SECRET: deploymentSecret = "" } = env as unknown as Record<string, string>;
  const secret = "planted/of-a-person+==43";
  const content = { kind: "pasted" as const, secrets: { token: secret } };
  const sealed = await sealCredential(content, { userId: "u", api: "own" }, deploymentSecret);
  const caller = {
    userId: "u",
    clientId: "c",
    access: { shared: ["read" as const], own: ["read" as const] },
    accounts: { own: [{ label: "", sealed }] },
  };
  const props = gatewayProps("handed-out", { caller, apis });
  expectNoTrace(props);
  expectNoTrace(JSON.parse(props.scope));
  for (const trace of [secret, Buffer.from(secret).toString("base64"), deploymentSecret])
    expect(JSON.stringify(props)).not.toContain(trace);
  // They are enough to sign with either: what was looked for is what goes out.
  await received();
  for (const name of ["shared", "own"])
    await exports.Gateway({ props }).fetch(`${server}/echo`, { headers: { [apiHeader]: name } });
  const { requests } = await received();
  expect(requests.map(({ headers }) => headers["authorization"])).toEqual([
    `Bearer ${planted[0]}`,
    `Bearer ${secret}`,
  ]);
});
