/** Commands that ask a running server: what they say when the answer is not the one they asked for. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { askDocument, askPage } from "../../src/cli/ask-server.ts";

async function serverWith(status: number, type: string, body: string): Promise<string> {
  const server = createServer((_, response) =>
    response.writeHead(status, { "Content-Type": type }).end(body),
  );
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const signIn = "This server wants a person to sign in: open the page.";

it.each<[status: number, type: string, body: string, page: string, document: string]>([
  [
    503,
    "text/plain",
    "The storage did not answer.",
    "answered 503: The storage did not answer.",
    "answered 503: The storage",
  ],
  [500, "text/html", "<h1>Oops</h1>", "answered 500.\nLook at what it printed", "answered 500.\nLook"],
  [500, "application/json", '{"error":1}', "answered 500.\nLook", "answered 500.\nLook"],
  [302, "text/html", "", signIn, "is not isogate"],
  [401, "text/html", "", signIn, "is not isogate"],
  [403, "text/plain", "no", signIn, "is not isogate"],
  [
    200,
    "text/html",
    "<p>Hello",
    "is not isogate (status 200): name your server with --server.",
    "is not isogate",
  ],
  [404, "application/json", '{"error":"path"}', "is not isogate (status 404)", "is not isogate (status 404)"],
  [400, "application/json", '{"problem":"A bad name."}', "A bad name.", "is not isogate (status 400)"],
])("says of %i %s %s what it is and what to do", async (status, type, body, page, document) => {
  const origin = await serverWith(status, type, body);
  const options = { command: "npm run token", there: "open the page" };
  await expect(askPage(`${origin}/tokens`, options)).rejects.toThrow(page);
  await expect(askDocument(`${origin}/document`, "npm run token")).rejects.toThrow(document);
});
