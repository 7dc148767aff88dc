import { expect, it } from "vitest";
import { clientDocumentProblem, clientIdOf } from "../../src/auth/client-document.ts";

it("refuses client documents on private addresses in every notation, unless they are named", () => {
  for (const host of [
    "127.0.0.1",
    "localhost",
    "[::1]",
    "10.0.0.1",
    "169.254.169.254",
    "2130706433",
    "192.168.1.1",
    "0x7f.1",
    "[fd00::1]",
    "router.local",
    "localhost.",
  ])
    expect([host, clientDocumentProblem(`https://${host}/client.json`, []) !== undefined]).toEqual([
      host,
      true,
    ]);
  expect(clientDocumentProblem("https://localhost:1234/client.json", ["localhost"])).toBeUndefined();
  expect(clientDocumentProblem("https://claude.ai/oauth/claude-code-client-metadata", [])).toBeUndefined();
  expect(clientDocumentProblem("registered-client", [])).toBeUndefined();
});

it("finds the client of a token request wherever it is named", async () => {
  const post = (body: Record<string, string>, headers: Record<string, string> = {}) =>
    new Request("http://localhost/oauth/token", { method: "POST", headers, body: new URLSearchParams(body) });
  const id = "https://127.0.0.1/client.json";
  const assertion = `x.${btoa(JSON.stringify({ iss: id }))}.x`;
  for (const request of [
    post({ client_id: id }),
    post({ client_assertion: assertion }),
    post({}, { Authorization: `Basic ${btoa(`${encodeURIComponent(id)}:secret`)}` }),
  ])
    expect(clientIdOf(new URLSearchParams(await request.text()), request.headers)).toBe(id);
});
