/** A way to sign in of an operator's project: whom it names is signed in, under ids that no other way has, and nobody else. */
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, expect, it, vi } from "vitest";
import { defineSignIn, type SignIn } from "../../../src/terms/public.ts";
import { register } from "../../setup/own.ts";
import { deployFixture } from "../fixture/deployment.ts";
import { serverWith } from "../fixture/server.ts";

const origin = "http://localhost:8484";
const settings = {
  SIGN_IN: "mine",
  ISOGATE_SECRET: "a-secret-for-tests-only-0123456789abcdef",
  MINE_KEY: "planted-key-of-mine",
};
const log = vi.spyOn(console, "error").mockImplementation(() => {});

beforeAll(() => deployFixture(env.CATALOGS));
afterEach(() => {
  register({});
  log.mockClear();
});

function server(signIn: Partial<SignIn>) {
  const identify = () => ({ respond: new Response("Sign in.", { status: 401 }) });
  register({ mine: defineSignIn({ name: "mine", identify, ...signIn }) });
  return serverWith(settings);
}
const open = (serve: ReturnType<typeof serverWith>, headers: Record<string, string> = {}) =>
  serve(new Request(`${origin}/tokens`, { headers }));

it("sees the variables and secrets that it names, and nothing else of the environment", async () => {
  let seen: unknown;
  const identify: SignIn["identify"] = (_, context) => {
    seen = context;
    return { respond: new Response("Sign in.", { status: 401 }) };
  };
  const answer = await open(server({ secrets: ["MINE_KEY", "MINE_OTHER"], identify }));
  expect([answer.status, await answer.text()]).toEqual([401, "Sign in."]);
  expect(seen).toEqual({ origin, variables: { MINE_KEY: "planted-key-of-mine" } });
});

it("signs in whom it names, and asks whether they still may", async () => {
  let admitted = true;
  const ids: string[] = [];
  const serve = server({
    identify: (request) => ({ user: { id: request.headers.get("x-user") ?? "", label: "Ann of Mine" } }),
    admits: ({ id }) => {
      ids.push(id);
      return admitted;
    },
  });
  const page = await open(serve, { "x-user": "ann" });
  expect([page.status, await page.text()]).toEqual([200, '{"tokens":[]}']);
  await open(serve, { "x-user": "oidc-ann" });
  expect(ids).toEqual([expect.stringMatching(/^mine\.[\w-]+$/), expect.stringMatching(/^mine\.[\w-]+$/)]);
  expect(ids[0]).not.toBe(ids[1]);
  admitted = false;
  expect((await open(serve, { "x-user": "ann" })).status).toBe(403);
});

it("keeps a session where it has a callback, and sends the browser to no other server", async () => {
  let returnTo = "/tokens";
  const serve = server({
    identify: () => ({
      respond: new Response(null, { status: 302, headers: { Location: "/sign-in/callback" } }),
    }),
    callback: () => ({ user: { id: "ann", label: "Ann of Mine" }, returnTo }),
  });
  expect((await open(serve)).status).toBe(302);
  const back = await serve(new Request(`${origin}/sign-in/callback`));
  expect([back.status, back.headers.get("Location")]).toEqual([302, `${origin}/tokens`]);
  const [cookie = ""] = back.headers.getSetCookie();
  const page = await open(serve, { Cookie: cookie.split(";")[0]! });
  expect([page.status, await page.text()]).toEqual([200, '{"tokens":[]}']);
  for (returnTo of ["//evil.example/", "/\\evil.example/", "https://evil.example/", "/\t/evil.example", ""]) {
    const answer = await serve(new Request(`${origin}/sign-in/callback`));
    const location = answer.headers.get("Location") ?? `${origin}/`;
    expect(new URL(location).origin, returnTo).toBe(origin);
  }
});

it.each<[what: string, signIn: Partial<SignIn>]>([
  ["throws", { identify: () => Promise.reject(new Error("broken")) }],
  ["names nobody", { identify: () => ({}) as never }],
  ["names somebody without an id", { identify: () => ({ user: { id: "", label: "x" } }) }],
  ["answers with no response", { identify: () => ({ respond: "Hello" }) as never }],
])("that %s signs nobody in, and tells the operator", async (_, signIn) => {
  const answer = await open(server(signIn));
  expect([answer.status, await answer.text()]).toEqual([503, expect.stringContaining("not signed in")]);
  expect(String(log.mock.calls[0]?.[0])).toContain('"isogate.own.kind":"sign-in","isogate.own.name":"mine"');
});

it("whose admits throws lets nobody in", async () => {
  const admits = () => {
    throw new Error("broken");
  };
  const serve = server({ identify: () => ({ user: { id: "ann", label: "Ann" } }), admits });
  expect((await open(serve)).status).toBe(403);
});
