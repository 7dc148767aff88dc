import { expect, it } from "vitest";
import { readTokens } from "../../src/vault/token-endpoint.ts";

const idToken = ["e30", btoa(JSON.stringify({ iss: "https://accounts.test" })), "x"].join(".");

it.each([
  ["without token_type", { access_token: "t" }, {}],
  ["with a token_type of its own", { access_token: "t", token_type: "bot" }, {}],
  ["with status 201", { access_token: "t" }, { status: 201 }],
  ["as text", { access_token: "t" }, { headers: { "content-type": "text/plain" } }],
  ["with an ID token of another origin", { access_token: "t", id_token: idToken }, {}],
  ["with an ID token that cannot be read", { access_token: "t", id_token: "encrypted" }, {}],
  ["with a life that says nothing", { access_token: "t", expires_in: "soon", refresh_token: null }, {}],
])("takes an answer %s", async (_, answer, init) => {
  expect(await readTokens(Response.json(answer, init))).toEqual({ ok: true, accessToken: "t" });
});

it.each([
  ["application/x-www-form-urlencoded", "access_token=t%2B1&token_type=bearer&scope="],
  ["text/plain", "access_token=t%2B1\n"],
  ["text/html; charset=utf-8", "token_type=bearer&access_token=t%2B1"],
])("takes an answer that is a form, as %s", async (type, text) => {
  const answer = new Response(text, { headers: { "content-type": type } });
  expect(await readTokens(answer)).toEqual({ ok: true, accessToken: "t+1" });
});

it("takes refresh token and life from a form, and its error", async () => {
  const whole = new Response("access_token=t&refresh_token=r&expires_in=60");
  expect(await readTokens(whole)).toMatchObject({ accessToken: "t", refreshToken: "r", lifeMs: 60_000 });
  const error = new Response("error=bad_verification_code&error_description=planted");
  expect(await readTokens(error)).toEqual({
    ok: false,
    failure: { status: 200, code: "bad_verification_code" },
  });
});

it("takes the refresh token, and the life in seconds, as a number or as text", async () => {
  for (const expires_in of [60, "60"]) {
    const answer = Response.json({ access_token: "t", refresh_token: "r", expires_in });
    expect(await readTokens(answer)).toMatchObject({ accessToken: "t", refreshToken: "r", lifeMs: 60_000 });
  }
});

it.each([
  [
    "an error",
    Response.json({ error: "invalid_grant", more: "planted" }, { status: 400 }),
    400,
    "invalid_grant",
  ],
  ["an error with status 200", Response.json({ error: "bad_code" }), 200, "bad_code"],
  ["words for a code", Response.json({ error: "planted secret" }, { status: 400 }), 400, undefined],
  ["a token that is not text", Response.json({ access_token: 7 }), 200, undefined],
  ["an empty token", Response.json({ access_token: "" }), 200, undefined],
  ["a page", new Response("<h1>planted", { status: 502 }), 502, undefined],
  ["nothing", new Response(null, { status: 204 }), 204, undefined],
])("tells only the status and the code of %s", async (_, response, status, code) => {
  expect(await readTokens(response)).toEqual({ ok: false, failure: { status, code } });
});
