/**
 * The awkward operations of an API, called through a real client and real isolates by code as models write it: uploads of
 * all forms, three ways of paging, jobs, events, tables and pictures.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { prepareApi } from "../../src/cli/apis.ts";
import { freePort, startLocalServer, type LocalServer } from "../../src/cli/server/local-server.ts";
import { connect, logIn } from "../setup/connect.ts";
import { album, startStudio, studioDocument, type Studio } from "./fixture/studio.ts";
import { readReply, type Reply } from "../setup/read-reply.ts";

const key = "studio-key-51f0c2";
let folder: string;
let upstream: Studio;
let server: LocalServer;
let client: Client;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "isogate-studio-"));
  upstream = await startStudio(key);
  await writeFile(join(folder, "studio.json"), JSON.stringify(studioDocument));
  const file = {
    source: "studio.json",
    server: upstream.url,
    allowHttp: true,
    allowPrivate: ["127.0.0.1"],
    credential: { from: "shared" as const, secrets: { key: "STUDIO_KEY" } },
  };
  const prepared = await prepareApi({ name: "studio", file, folder });
  expect(prepared.report.faults).toEqual([]);
  server = await startLocalServer({
    host: "127.0.0.1",
    port: await freePort(),
    apis: [prepared],
    secrets: { STUDIO_KEY: key },
    stateFolder: join(folder, "state"),
    config: inject("worker"),
  });
  const mcp = new URL("/mcp", server.origin);
  client = await connect(mcp, await logIn(mcp, ["studio:read", "studio:write", "studio:delete"]));
});
afterAll(async () => {
  await client?.close();
  await server?.stop();
  await upstream?.close();
  await rm(folder, { recursive: true, force: true });
});

async function run(name: "search" | "execute", code: string): Promise<Reply> {
  const reply = readReply(await client.callTool({ name, arguments: { code } }));
  expect(reply.error, JSON.stringify(reply)).toBeUndefined();
  return reply;
}
const resultOf = async (code: string) => (await run("execute", code)).result;

const ids = (prefix: string) => Array.from({ length: 10 }, (_, index) => `${prefix}${index}`).join();

it("finds the operations and describes how to call them", async () => {
  const { result } = await run(
    "search",
    `const upload = find("add photo", { limit: 3 });
     return { count: operations.length, upload: upload.map(({ id }) => id), how: describe("addPhoto") };`,
  );
  expect(result).toMatchObject({ count: 23, upload: expect.arrayContaining(["addPhoto"]) as string[] });
  expect((result as { how: string }).how).toContain("file: Blob");
});

it("reads whole lists, whatever way they page", async () => {
  const result = await resultOf(`
    const join = (list) => list.map((one) => one.id).join();
    const albums = await api.pages("/albums", { query: { per_page: 3 } }).all();
    const clips = [];
    for await (const page of api.pages("/clips")) clips.push(...page.data.data);
    const frames = await api.pages("/frames", { query: { limit: 100 } }).all();
    const found = await api.pages("searchClips", { body: { filter: { tag: "sea" } } }).all();
    return [join(albums), join(clips), join(frames), join(found)];`);
  expect(result).toEqual([ids("a"), ids("c"), ids("f"), ids("s")]);
});

it("uploads files in all forms", async () => {
  const result = await resultOf(`
    const png = (await api.get("/photos/{id}/thumbnail", { path: { id: "p0" } })).data;
    const avatar = await api.put("/users/{id}/avatar", { path: { id: "me" }, body: png, headers: { "Content-Type": "image/png" } });

    // a plain object, with metadata beside the file
    const one = await api.post("/photos", {
      body: { file: new Blob([png], { type: "image/png" }), title: "Sea", tags: ["sea", "sun"], exif: { iso: 100 } },
    });
    // a FormData, as for a browser
    const form = new FormData();
    form.append("file", new File([png], "sun.png", { type: "image/png" }));
    form.append("title", "Sun");
    const two = await api.post("/photos", { body: form });
    // the form of other tools
    const three = await api.post("/photos", {
      body: { file: { filename: "moon.jpg", content: png, contentType: "image/jpeg" }, title: "Moon" },
    });
    const batch = await api.call("addPhotos", {
      body: { files: [new File(["first"], "1.txt", { type: "text/plain" }), new Blob(["second"])] },
    });
    const attachment = await api.post("/attachments", { body: { name: "a.txt", content: new TextEncoder().encode("héllo") } });
    const blob = await api.post("/blobs", { body: new Uint8Array([1, 2, 255]) });
    const streamed = await api.post("/blobs", { body: new Blob(["abc"]).stream() });
    return {
      png: png.length, avatar: avatar.data, photos: [one, two, three].map(({ data }) => [data.name, data.title, data.tags.length]),
      batch: batch.data, attachment: attachment.data.text, blob: blob.data, streamed: streamed.data.bytes,
    };`);
  expect(result).toEqual({
    png: 70,
    avatar: { user: "me", bytes: 70 },
    photos: [
      ["file", "Sea", 2],
      ["sun.png", "Sun", 0],
      ["moon.jpg", "Moon", 0],
    ],
    batch: [
      { name: "1.txt", type: "text/plain", text: "first" },
      { name: "files", type: "application/octet-stream", text: "second" },
    ],
    attachment: "héllo",
    blob: { bytes: 3, last: 255 },
    streamed: 3,
  });
});

it("uploads in pieces, to the address that the API names", async () => {
  const result = await resultOf(`
    const file = new TextEncoder().encode("a large file".repeat(10));
    const begun = await api.post("/uploads", { headers: { "Upload-Length": String(file.length) } });
    const id = begun.headers.location.split("/").pop();
    for (let offset = 0; offset < file.length; offset += 50)
      await api.patch("/uploads/{id}", { path: { id }, headers: { "Upload-Offset": offset }, body: file.slice(offset, offset + 50) });
    const { headers } = await api.head(\`/uploads/\${id}\`);
    return headers["upload-offset"] === headers["upload-length"] && Number(headers["upload-offset"]);`);
  expect(result).toBe(120);
});

it("sends forms and tables", async () => {
  const result = await resultOf(`
    const form = await api.post("/imports", { body: { source: "https://a.example/?x=1&y=2", options: { deep: true }, tags: ["a", "b"] } });
    const rows = [["name", "city"], ["José", "Zürich"]];
    const table = await api.post("/imports/table", { body: rows.map((row) => row.join(";")).join("\\n") });
    return [form.data, table.data];`);
  expect(result).toEqual([
    [
      ["source", "https://a.example/?x=1&y=2"],
      ["options[deep]", "true"],
      ["tags", "a"],
      ["tags", "b"],
    ],
    ["name;city", "José;Zürich"],
  ]);
});

it("waits for a job, and reads the table that it made", async () => {
  const result = await resultOf(`
    const job = await api.post("/exports", { body: { album: BigInt("${album}") } });
    let state;
    for (let tries = 0; tries < 10; tries++) {
      state = (await api.get("/exports/{id}", { path: { id: job.data.id } })).data;
      if (state.state === "done") break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const { data: csv } = await api.get("/exports/{id}/file", { path: { id: job.data.id } });
    const [head, ...rows] = csv.trim().split("\\n").map((line) => line.split(";"));
    return { album: state.album, rows: rows.map((row) => Object.fromEntries(row.map((cell, at) => [head[at], cell]))) };`);
  expect(result).toEqual({ album, rows: [{ name: "José", city: "Zürich" }] });
});

it("changes and deletes with the patch that fits, and the version that it saw", async () => {
  const result = await resultOf(`
    const { data: { id } } = await api.post("/photos", { body: { file: new File(["x"], "x.png", { type: "image/png" }), title: "X" } });
    await api.patch("/photos/{id}", { path: { id }, body: [{ op: "replace", path: "/title", value: "Y" }] });
    const changed = await api.patch("/photos/{id}", { path: { id }, body: { stars: null } });
    const early = await api.delete("/photos/{id}", { path: { id }, headers: { "If-Match": '"1"' } }).catch((error) => error.data.title);
    const gone = await api.delete("/photos/{id}", { path: { id }, headers: { "If-Match": changed.headers.etag } });
    return [changed.data.title, changed.data.stars, early, gone.status, gone.data];`);
  expect(result).toEqual(["Y", null, "If-Match is wanted", 204, null]);
});

it("reads events, lines, markup and pictures", async () => {
  const { result, notes } = (await run(
    "execute",
    `const [events, log, report, picture] = await Promise.all([
       api.get("/events"), api.get("/log"), api.get("/report"), api.call("getThumbnail", { path: { id: "p0" } }),
     ]);
     return { events: events.data, log: log.data, photos: /photos="(\\d+)"/.exec(report.data)[1], picture: picture.data };`,
  )) as Reply & { notes?: string[] };
  expect(result).toMatchObject({
    events: [{ event: "state", id: "1", data: { n: 1 } }, { data: "two\nlines" }],
    log: [{ at: 1 }, { at: album }],
    photos: "2",
    picture: "[attachment 1: image/png, 70 bytes]",
  });
  expect(notes).toBeUndefined();
});

it("has called every operation of the document", () => {
  const all = Object.values(studioDocument.paths).flatMap((item) =>
    Object.values(item).flatMap((one) => (one as { operationId?: string }).operationId ?? []),
  );
  expect(all.filter((one) => !upstream.called.includes(one))).toEqual([]);
});
