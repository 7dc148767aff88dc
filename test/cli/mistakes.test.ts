/** The mistakes of somebody's first ten minutes: each is answered by a sentence that ends in what to type. */
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { prepareApi } from "../../src/cli/apis.ts";
import { reportLines } from "../../src/cli/compile-report.ts";
import { assertDocumentName } from "../../src/cli/document-name.ts";
import { notesOn } from "../../src/cli/notes.ts";
import { offers } from "../../src/cli/offers.ts";
import { credentialOption, environmentIn, mentionedIn, oddSecrets } from "../../src/cli/secrets.ts";
import { loadDocument } from "../../src/spec/load/load-document.ts";
import { ApiName, type ApiFile } from "../../src/terms/api-file.ts";

const depot = {
  openapi: "3.1.0",
  info: { title: "Depot", version: "1" },
  servers: [{ url: "https://depot.example.com/v1" }],
  security: [{ bearerAuth: [] as string[] }],
  paths: { "/items": { get: { operationId: "listItems" }, post: { operationId: "createItem" } } } as object,
  components: { securitySchemes: { bearerAuth: { type: "http", scheme: "bearer" } } },
};
const credential = { from: "shared" as const, secrets: { bearerAuth: "DEPOT_TOKEN" } };

/** What `npm start` prints of a document, before its server starts. @param path of the API file, if there is one */
async function said(
  document: object,
  file: Partial<ApiFile> = {},
  path?: string,
  lock?: string,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "isogate-mistakes-"));
  await writeFile(join(folder, "depot.json"), JSON.stringify(document));
  const configured = {
    name: "depot",
    file: { source: "depot.json", ...file },
    folder,
    ...(path && { path }),
  };
  const prepared = await prepareApi(configured);
  const locked = {
    hash: lock ?? "",
    title: "",
    version: "",
    operations: { read: 0, write: 0, delete: 0 },
    faults: 0,
  };
  const notes = notesOn(configured, prepared, {
    missing: [],
    lock: lock === undefined ? undefined : lock === "own" ? { ...locked, hash: prepared.api.hash } : locked,
  });
  return [...reportLines(prepared.report, prepared.parts), ...notes].join("\n");
}

const file = "specs/depot.jsonc";

describe("npm start says of a document", () => {
  it.each<[string, object, string[]]>([
    ["that it has no operations", { paths: undefined, path: {} }, ["no operations", "Is it the right one?"]],
    [
      "which methods are none",
      { paths: { "/items": { got: { operationId: "x", responses: {} } } } },
      ['"got" is not a method of HTTP'],
    ],
    [
      "which security schemes are not declared",
      { security: [{ bearerAut: [] }] },
      ['no security scheme "bearerAut"; the document has bearerAuth'],
    ],
    [
      "where it asks for no credential",
      { security: undefined },
      ["All operations are sent without a credential"],
    ],
    [
      "for which credential it asks, and the option",
      {},
      ["asks for the credential bearerAuth", "start with --credential bearerAuth=VAR,"],
    ],
    [
      "the same of a scheme whose name a shell would split",
      {
        security: [{ "my key": [] }],
        components: { securitySchemes: { "my key": { type: "apiKey", in: "header", name: "X-Key" } } },
      },
      ['--credential "my key"=VAR'],
    ],
    [
      "that its server is http on this machine",
      { servers: [{ url: "http://localhost:28810/v1" }] },
      ["http://localhost:28810/v1 is not https", "start with --server http://localhost:28810/v1."],
    ],
    [
      "that its server is in a private network",
      { servers: [{ url: "https://10.0.0.5/v1" }] },
      ["is in a private network", "start with --server https://10.0.0.5/v1."],
    ],
    [
      "that its server has no host",
      { servers: [{ url: "/v1" }] },
      ['does not say where the API is ("/v1")', "start with --server https://…"],
    ],
    [
      "that its server has no scheme",
      { servers: [{ url: "api.example.com/v1" }] },
      ['("api.example.com/v1")', "start with --server https://…"],
    ],
    [
      "that its server leaves a variable open",
      { servers: [{ url: "https://{tenant}.example.com" }] },
      ["{tenant}", "start with --server https://…"],
    ],
    [
      "that it names no server",
      { servers: undefined },
      ["does not say where the API is: start with --server https://…"],
    ],
  ])("%s", async (_, change, sentences) => {
    const text = await said({ ...depot, ...change });
    for (const sentence of sentences) expect(text).toContain(sentence);
    // There is no file that the reader could change.
    expect(text).not.toMatch(/API file|specs\//);
  });

  it.each<[string, object, Partial<ApiFile>, string]>([
    [
      "a wrong scheme",
      {},
      { credential: { from: "shared", secrets: { bearer: "DEPOT_TOKEN" } } },
      '--credential bearer: The document has no security scheme "bearer"; it has bearerAuth',
    ],
    [
      "a wrong scheme to paste",
      {},
      { credential: { from: "user", fields: { bearer: "x" }, check: "/items" } },
      "--paste bearer: The document has no security scheme",
    ],
    [
      "a path that is none",
      {},
      { credential: { from: "user", fields: { bearerAuth: "x" }, check: "/itemz" } },
      "--paste: The document has no operation GET /itemz. Did you mean /items?",
    ],
    [
      "a secret that no operation uses",
      {
        security: [{ key: [] }],
        components: {
          securitySchemes: {
            ...depot.components.securitySchemes,
            key: { type: "apiKey", in: "header", name: "X-Key" },
          },
        },
      },
      { credential },
      "--credential bearerAuth: No operation asks for",
    ],
  ])("which option names %s", async (_, change, options, sentence) => {
    expect(await said({ ...depot, ...change }, options)).toContain(sentence);
  });

  it.each<[string, object, Partial<ApiFile>, string]>([
    [
      "an http server",
      { servers: [{ url: "http://depot.corp/v1" }] },
      { credential },
      `add "allowHttp": true and "allowPrivate": ["depot.corp"] to ${file}`,
    ],
    [
      "a private server",
      { servers: [{ url: "https://10.0.0.5/v1" }] },
      { credential },
      `add "allowPrivate": ["10.0.0.5"] to ${file}`,
    ],
    ["no server", { servers: undefined }, { credential }, `add "server": "https://…" to ${file}`],
    [
      "no credential",
      {},
      {},
      `add "credential": { "from": "shared", "secrets": { "bearerAuth": "VAR" } } to ${file}`,
    ],
    [
      "a wrong scheme",
      {},
      { credential: { from: "shared", secrets: { bearer: "A" } } },
      "API file#/credential/secrets/bearer",
    ],
  ])("what to add to its API file where there is %s", async (_, change, own, sentence) => {
    expect(await said({ ...depot, ...change }, own, file)).toContain(sentence);
  });

  it("nothing where all is well", async () => {
    expect(await said(depot, { credential })).toBe("  2 of 2 operations; 0 faults");
    expect(await said(depot, { credential }, file, "own")).toBe("  2 of 2 operations; 0 faults");
  });

  it("that it differs from its lock file", async () => {
    const text = await said(depot, { credential }, file, "another");
    expect(text).toContain("not the one that specs/depot.lock.json holds: npm run api -- check depot");
    expect(text).toContain("npm run api -- refresh depot accepts it");
  });
});

describe("a document at a URL", () => {
  const serve = async (listener: RequestListener) => {
    const server = createServer(listener).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    onTestFinished(() => void server.close());
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  };

  it.each<[string, RequestListener, string, RegExp]>([
    [
      "a login in front",
      (request, response) =>
        request.url === "/login?for=x"
          ? response.end("<html>Sign in</html>")
          : response.writeHead(302, { location: "/login?for=x" }).end(),
      "http",
      /leads to the web page http:\/\/\S+\/login, which may be a login\. Download the document where you are logged in/,
    ],
    [
      "a page for people",
      (_, response) => response.end("<html></html>"),
      "http",
      /HTML or XML.*URL of the JSON or YAML file/,
    ],
    [
      "401",
      (_, response) => response.writeHead(401).end(),
      "http",
      /answered 401.*Download it where you are logged in/,
    ],
    [
      "a server that speaks http",
      (_, response) => response.end("{}"),
      "https",
      /does not speak https on this port.*http:\/\//,
    ],
  ])("behind %s", async (_, listener, scheme, sentence) => {
    const host = await serve(listener);
    await expect(loadDocument(`${scheme}://${host}/openapi.json`)).rejects.toThrow(sentence);
  });
});

it.each(["constructor", "then"])(
  "an API cannot be called %s, which JavaScript gives another meaning",
  (name) => {
    expect(ApiName.safeParse(name).error?.issues[0]?.message).toContain("a meaning of its own");
  },
);

describe("the name of a document that is not there", () => {
  it.each<[string, string]>([
    ["localhost:8080/openapi.json", "http://localhost:8080/openapi.json"],
    ["127.0.0.1:8080/openapi.json", "http://127.0.0.1:8080/openapi.json"],
    ["api.example.com/v1/openapi.json", "https://api.example.com/v1/openapi.json"],
    ["http:/localhost:1/openapi.json", "http://localhost:1/openapi.json"],
    ["https:api.example.com/openapi.json", "https://api.example.com/openapi.json"],
    ["FOLDER/opnapi.yaml", "FOLDER/openapi.yaml"],
    ["FOLDER/openapi.yml", "FOLDER/openapi.yaml"],
    ["FOLDER/openapi", "FOLDER/openapi.yaml"],
  ])("%s is asked back as %s", async (source, meant) => {
    const folder = await mkdtemp(join(tmpdir(), "isogate-names-"));
    await writeFile(join(folder, "openapi.yaml"), "");
    await writeFile(join(folder, "notes.txt"), "");
    const given = source.replace("FOLDER", folder);
    expect(() => assertDocumentName(given)).toThrow(
      `There is no file ${given}. Did you mean ${meant.replace("FOLDER", folder)}?`,
    );
  });

  it("is not standard input", () => {
    expect(() => assertDocumentName("-")).toThrow("not read from standard input");
  });

  it.each([
    "https://a.example.com/openapi.json",
    "npm:a@1.0.0/x.json",
    "/nowhere/at/all.yaml",
    import.meta.filename,
  ])("nothing else is meant by %s", (source) => {
    expect(() => assertDocumentName(source)).not.toThrow();
  });
});

describe("a secret", () => {
  it.each<[string, string | undefined]>([
    ["sk-live-1", undefined],
    ["Bearer sk-live-1", undefined],
    ["dXNlcjpwYXNz==", undefined],
    ["two words", undefined],
    ["sk-live-1\n", "begins or ends with a blank"],
    ["sk-live-1\r", "begins or ends with a blank"],
    [" sk-live-1", "begins or ends with a blank"],
    ["sk\nlive", "has a line break"],
    ['"sk-live-1"', "in quotation marks"],
    ["'sk-live-1'", "in quotation marks"],
    ["<your token>", "placeholder"],
    ["your-api-key", "placeholder"],
    ["$OTHER_TOKEN", "name of another variable"],
    ["${OTHER_TOKEN}", "name of another variable"],
    ["sk-live-…", "not ASCII"],
  ])("%j is told apart from what a shell or an example left there", (value, sentence) => {
    const told = oddSecrets({ DEPOT_TOKEN: value }).join();
    if (sentence === undefined) expect(told).toBe("");
    else expect(told).toContain(`DEPOT_TOKEN `);
    expect(told).toContain(sentence ?? "");
    expect(told).not.toContain(value.trim());
  });

  it.each([
    "sk-live-1",
    "bearerAuth:sk-live-1",
    "bearerAuth=sk-live-1",
    "bearerAuth=$sk-live-1",
    "bearerAuth=token",
  ])("is never repeated where a variable is wanted: %s", (option) => {
    const refused = () => credentialOption(option);
    expect(refused).toThrow("in capital letters, digits and _, without $");
    expect(refused).not.toThrow(/sk-live-1/);
  });
});

describe("a file with secrets", () => {
  const inFile = async (name: string, text: string) => {
    const folder = await mkdtemp(join(tmpdir(), "isogate-env-"));
    await writeFile(join(folder, name), text);
    return folder;
  };

  it.each<[string, string]>([
    ["export", "export DEPOT_TOKEN=abc\n"],
    ["quotes", 'DEPOT_TOKEN="abc"\n'],
    ["single quotes", "DEPOT_TOKEN='abc'"],
    ["line ends of Windows", "X=1\r\nDEPOT_TOKEN=abc\r\n"],
    ["blanks", "DEPOT_TOKEN = abc \n"],
    ["a comment behind", "DEPOT_TOKEN=abc # mine\n"],
    ["a byte order mark", "\ufeffDEPOT_TOKEN=abc\n"],
  ])("is read with %s", async (_, text) => {
    for (const name of [".env", ".dev.vars"])
      expect(environmentIn(await inFile(name, text))["DEPOT_TOKEN"]).toBe("abc");
  });

  it.each<[string, string, string | undefined]>([
    [".env", "DEPOT_TOKEN: abc\n", ".env"],
    [".env", "DEPOT_TOKEN=\n", ".env"],
    [".env", "export DEPOT_TOKEN abc\n", ".env"],
    [".env.local", "DEPOT_TOKEN=abc\n", ".env.local"],
    [".env", "DEPOT_TOKEN_2=abc\n#DEPOT_TOKEN\n", undefined],
  ])("%s with %j names a secret that is not set: %s", async (name, text, told) => {
    const folder = await inFile(name, text);
    expect(mentionedIn(folder, "DEPOT_TOKEN")).toBe(told);
    const configured = { name: "depot", file: { source: "d.json", credential }, folder };
    await writeFile(join(folder, "d.json"), JSON.stringify(depot));
    const tried = (secret: string) => mentionedIn(folder, secret);
    const notes = notesOn(configured, await prepareApi(configured), { missing: ["DEPOT_TOKEN"], tried });
    const sentence = told
      ? `is not set, although ${told} names it: write DEPOT_TOKEN=… into .env.`
      : "is not set. Search";
    expect(notes.join()).toContain(sentence);
  });
});

describe("on a terminal", () => {
  const ask = async (document: object, replies: string[]) => {
    const folder = await mkdtemp(join(tmpdir(), "isogate-offers-"));
    await writeFile(join(folder, "depot.json"), JSON.stringify(document));
    const asked: string[] = [];
    const answers = await offers(
      await prepareApi({ name: "depot", file: { source: "depot.json" }, folder }),
      async (question) => {
        asked.push(question);
        return replies.shift() ?? "";
      },
    );
    return { asked, answers };
  };
  const local = { ...depot, servers: [{ url: "http://localhost:1/v1" }] };

  it.each<[string, object, string[], object, number]>([
    [
      "the server and the secret",
      local,
      ["y", "DEPOT_TOKEN"],
      { server: "http://localhost:1/v1", credential: ["bearerAuth=DEPOT_TOKEN"] },
      2,
    ],
    ["nothing that was not wanted", local, ["", ""], {}, 2],
    [
      "a variable as a shell writes it",
      depot,
      ["$DEPOT_TOKEN"],
      { credential: ["bearerAuth=DEPOT_TOKEN"] },
      1,
    ],
    [
      "a base URL",
      { ...depot, servers: [], security: [] },
      ["https://depot.example.com"],
      { server: "https://depot.example.com" },
      1,
    ],
    [
      "again, what cannot be used,",
      local,
      ["y", "sk-live-1", "depot_token", "DEPOT_TOKEN"],
      { server: "http://localhost:1/v1", credential: ["bearerAuth=DEPOT_TOKEN"] },
      4,
    ],
    [
      "again, a base URL without its scheme,",
      { ...depot, servers: [], security: [] },
      ["depot.example.com", "https://depot.example.com"],
      { server: "https://depot.example.com" },
      2,
    ],
    ["nothing where nothing is missing", { ...depot, security: [] }, [], {}, 0],
  ])("%s is offered and taken", async (_, document, replies, answers, questions) => {
    const got = await ask(document, replies);
    expect(got.answers).toEqual(answers);
    expect(got.asked).toHaveLength(questions);
  });
});
