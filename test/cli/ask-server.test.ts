/** Commands that ask a running server: what they say when the answer is not the one they asked for. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { freePort } from "../../src/cli/server/local-server.ts";
import { askDocument, askPage, serverFrom } from "../../src/cli/ask-server.ts";

async function serverWith(status: number, type: string, body: string): Promise<string> {
  const server = createServer((_, response) =>
    response.writeHead(status, { "Content-Type": type }).end(body),
  );
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const shape = z.object({ tokens: z.array(z.string()) });
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
  [200, "application/json", '{"users":[]}', "is not isogate (status 200)", "is not isogate (status 200)"],
  [200, "application/json", "[]", "is not isogate (status 200)", "is not isogate (status 200)"],
  [200, "application/json", '{"tokens":', "is not isogate (status 200)", "is not isogate (status 200)"],
  [404, "application/json", '{"error":"path"}', "is not isogate (status 404)", "is not isogate (status 404)"],
  [
    421,
    "application/json",
    '{"error":{"message":"Unknown host name localhost. The address of this server is https://x.example."}}',
    "is isogate, and serves under another name: Unknown host name localhost. The address of this server is https://x.example. Name that with --server.",
    "is isogate, and serves under another name: Unknown host name localhost.",
  ],
  [421, "text/plain", "Misdirected", "is not isogate (status 421)", "is not isogate (status 421)"],
  [400, "application/json", '{"problem":"A bad name."}', "A bad name.", "is not isogate (status 400)"],
])("says of %i %s %s what it is and what to do", async (status, type, body, page, document) => {
  const origin = await serverWith(status, type, body);
  const options = { command: "npm run token", there: "open the page", shape };
  await expect(askPage(`${origin}/tokens`, options)).rejects.toThrow(page);
  await expect(askDocument(`${origin}/document`, "npm run token", shape)).rejects.toThrow(document);
});

it.each<[string, string]>([
  [
    "http://127.0.0.1:CLOSED",
    "nothing listens there. Start the server (npm start), or name it with --server.",
  ],
  ["https://PLAIN", "does not speak https on this port. If it speaks http, say so: http://…"],
  ["http://127.0.0.1:9", "fetch never calls this port. Start"],
  ["http://nowhere.invalid", "its host name was not found"],
])("says why nothing answers at %s", async (server, sentence) => {
  const { host } = new URL(await serverWith(200, "text/plain", ""));
  const origin = server.replace("PLAIN", host).replace("CLOSED", String(await freePort()));
  const asked = askDocument(`${origin}/document`, "npm run token", shape);
  await expect(asked).rejects.toThrow(`No server answers at ${origin}: `);
  await expect(askDocument(`${origin}/document`, "npm run token", shape)).rejects.toThrow(sentence);
});

it.each<[string, string]>([
  ["localhost:8484", "Write http://localhost:8484."],
  ["isogate.example.com", "Write https://isogate.example.com."],
  ["8484", "--server needs a full http or https URL"],
])("says how to write the server %s", (server, sentence) => {
  expect(() => serverFrom(server, "npm run token")).toThrow(sentence);
});
