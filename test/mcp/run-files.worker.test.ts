/** What a run hands over besides its result: pictures, files, and results that are too long to read at once. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { pictureType } from "../../src/mcp/picture.ts";
import { replyText, toolResult } from "../../src/mcp/tool-result.ts";
import { maxFilesBytes } from "../../src/store/ledger/limits.ts";
import { maxFileBytes } from "../../src/terms/file.ts";
import { upstreamDocument } from "../gateway/document.ts";
import { callTool, deploy, reply } from "../gateway/running.ts";
import { readReply } from "../setup/read-reply.ts";

/** The smallest PNG that is one: a transparent dot. */
const dot =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
const asBytes = (base64: string) => `Uint8Array.from(atob("${base64}"), (c) => c.charCodeAt(0))`;
const padded = (bytes: number) =>
  `(() => { const p = new Uint8Array(${bytes}); p.set(${asBytes(dot)}); return p })()`;

let users = 0;
const someone = () => `files ${(users += 1)}`;

async function run(code: string, userId = someone()) {
  return reply(code, [await deploy({ document: upstreamDocument })], { userId });
}

describe("bytes that a run returns", () => {
  it("are shown where they are a picture, which the result names", async () => {
    const answer = toolResult(await run(`return { logo: ${asBytes(dot)} }`));
    expect(answer.content).toEqual([
      { type: "text", text: expect.stringMatching(/^Run \S+ Shown below: attachment 1\.\n\n/) as string },
      { type: "image", mimeType: "image/png", data: dot },
    ]);
    expect(readReply(answer).result).toEqual({ logo: "[attachment 1: Uint8Array, 70 bytes]" });
  });

  it("are kept for the page of the run where they are a picture, as long as files that nobody has find room", async () => {
    const userId = someone();
    const ledger = env.LEDGER.getByName(userId);
    const first = await run(`return ${asBytes(dot)}`, userId);
    expect(first.said.files).toBeUndefined();
    expect(await ledger.filesOf(first.said.runId ?? "")).toMatchObject([
      { name: "attachment-1.png", type: "image/png", bytes: 70 },
    ]);
    for (let at = 0; at < maxFilesBytes / 2 / maxFileBytes; at += 1)
      await ledger.keepFile({ name: `${at}.bin`, type: "", content: new Uint8Array(maxFileBytes) });
    const second = await run(`return ${asBytes(dot)}`, userId);
    expect(second.pictures).toHaveLength(1);
    expect(second.said.notes).toBeUndefined();
    expect(await ledger.filesOf(second.said.runId ?? "")).toEqual([]);
    const third = await run(`return await file("x", "x.txt")`, userId);
    expect(third.said.error).toBeUndefined();
  });

  it("are a file from the fifth picture on, above 1 MB, and where they only say that they are a picture", async () => {
    const { said, pictures = [] } = await run(
      `return [${padded(1024 * 1024 + 1)}, ${Array(5).fill(asBytes(dot)).join(", ")}, new Blob(["no picture"], { type: "image/png" })]`,
    );
    expect(pictures.map(({ attachment }) => attachment)).toEqual([2, 3, 4, 5]);
    expect(said.files).toMatchObject([
      { attachment: 1, name: "attachment-1.png", type: "image/png", bytes: 1024 * 1024 + 1 },
      { attachment: 6, name: "attachment-6.png", bytes: 70 },
      { attachment: 7, name: "attachment-7.png", type: "image/png", bytes: 10 },
    ]);
  });

  it.for([
    ["a blob", `new Blob(["a;b"], { type: "text/csv" })`, "attachment-1.csv"],
    [
      "a response",
      `new Response(new Uint8Array(100), { headers: { "content-type": "application/pdf" } })`,
      "attachment-1.pdf",
    ],
    ["a buffer", "new ArrayBuffer(100)", "attachment-1"],
  ] as const)("are a file of their kind: %s", async ([, value, name]) => {
    const { said } = await run(`return ${value}`);
    expect(said.files, JSON.stringify(said)).toMatchObject([{ name }]);
  });

  it("are told by their size where there are few, and where they do not fit", async () => {
    expect((await run("return crypto.subtle.digest('SHA-256', new Uint8Array(1))")).said).toMatchObject({
      result: "[ArrayBuffer of 32 bytes]",
    });
    const { said } = await run("return new Uint8Array(9 * 1024 * 1024)");
    expect(said).toMatchObject({ result: "[Uint8Array of 9,437,184 bytes]" });
    expect(said.notes?.[0]).toContain("await file(bytes, name)");
  });
});

it.for([
  ["\x89PNG\r\n\x1a\n", "image/png"],
  ["\xff\xd8\xff\xe0", "image/jpeg"],
  ["GIF87a", "image/gif"],
  ["GIF89a", "image/gif"],
  ["RIFF\n\0\0\0WEBPVP8 ", "image/webp"],
  ["RIFF\n\0\0\0WAVEfmt ", undefined],
  ["\x89PNG\r\n\x1a", undefined],
  ["<svg xmlns='x'>", undefined],
  ["", undefined],
] as const)("tells a picture by its first bytes: %j", ([begins, type]) => {
  expect(pictureType(Buffer.from(begins, "latin1"))).toBe(type);
});

describe("a file that a run makes", () => {
  it("is kept for its user, named in the reply, and linked for clients that know links", async () => {
    const userId = someone();
    const made = await run(`return await file("a,b\\n1,2\\n", "report.csv")`, userId);
    const [{ link } = { link: "" }] = made.said.files ?? [];
    expect(made.said).toMatchObject({
      result: { name: "report.csv", bytes: 8, link },
      files: [{ name: "report.csv", type: "text/csv", bytes: 8 }],
    });
    expect(link).toMatch(/^https:\/\/isogate\.example\/files\/[0-9a-f-]{36}$/);
    const { content } = toolResult(made, { links: true });
    expect(content[1]).toEqual({
      type: "resource_link",
      uri: link,
      name: "report.csv",
      mimeType: "text/csv",
      size: 8,
    });
    expect((content[0] as { text: string }).text).toContain(`\n- report.csv (text/csv, 8 bytes): ${link}\n`);
    expect(toolResult(made).content).toHaveLength(1);
    const id = link.split("/").at(-1) ?? "";
    const kept = await env.LEDGER.getByName(userId).file(id);
    expect(new TextDecoder().decode(kept?.content)).toBe("a,b\n1,2\n");
    expect(await env.LEDGER.getByName(someone()).file(id)).toBeNull();
  });

  it.for([
    ["bytes", "new Uint8Array([1, 2])", "x.bin", "application/octet-stream", 2],
    ["a blob with a type", "new Blob(['x'], { type: 'image/webp' })", "x", "image/webp", 1],
    ["an object, as JSON", "{ a: 1 }", "x.json", "application/json", 12],
    ["a name with a path", "'x'", "../../etc/pass\nwd", "application/octet-stream", 1],
  ] as const)("may be %s", async ([, data, name, type, bytes]) => {
    const { said } = await run(`return file(${data}, ${JSON.stringify(name)})`);
    expect(said.error).toBeUndefined();
    expect(said.files).toMatchObject([{ type, bytes, name: expect.stringMatching(/^[^/\n]+$/) as string }]);
  });

  it("is in the reply of a run that failed later too", async () => {
    const { said } = await run(`await file("x", "x.txt"); throw new Error("later")`);
    expect(said).toMatchObject({ error: { kind: "thrown" }, files: [{ name: "x.txt" }] });
  });

  it.for([
    [
      "too many for a run",
      `for (let n = 0; n < 21; n++) await file("x", n + ".txt")`,
      "A run may make 20 files",
    ],
    ["too large", `await file(new Uint8Array(${maxFileBytes + 1}), "big.bin")`, "a file may have 10,000,000"],
    ["far too large", `await file("x".repeat(40_000_000), "big.txt")`, "a file may have 10,000,000"],
    ["with a name that is far too long", `await file("x", "n".repeat(40_000_000))`, "characters"],
    ["no data", `await file(undefined, "x.txt")`, "file takes text or bytes, not undefined."],
    ["without a name", `await file("x")`, "file takes the data and a name"],
  ] as const)("is refused in a sentence: %s", async ([, code, says]) => {
    const { said } = await run(code);
    expect(said.error?.message).toContain(says);
  });

  it("finds room only within the user's budget", async () => {
    const userId = someone();
    const ledger = env.LEDGER.getByName(userId);
    for (let at = 0; at < maxFilesBytes / maxFileBytes; at += 1)
      await ledger.keepFile({ name: `${at}.bin`, type: "", content: new Uint8Array(maxFileBytes) });
    const { said } = await run(`await file("x", "x.txt")`, userId);
    expect(said.error?.message).toContain(
      "There is no room for x.txt: 10 files with 100,000,000 bytes are kept",
    );
  });
});

describe("what the user uploaded", () => {
  it("is read by its name, as text, JSON or bytes, and is nobody else's", async () => {
    const userId = someone();
    const ledger = env.LEDGER.getByName(userId);
    const content = new TextEncoder().encode('{"a":1}');
    await ledger.keepFile({ name: "data.json", type: "application/json", content });
    const code = `const f = files["data.json"]; return [Object.keys(files), await f.text(), await f.json(), (await f).length]`;
    expect((await run(code, userId)).said.result).toEqual([["data.json"], '{"a":1}', { a: 1 }, 7]);
    expect((await run(code)).said.error?.message).toContain(
      'There is no file "data.json": nothing was uploaded. The user uploads files in the console, under Files.',
    );
    expect((await run(`return files["data.jsn"]`, userId)).said.error?.message).toContain(
      'there are "data.json"',
    );
  });

  it("is replaced by the next of its name, and made files are not among it", async () => {
    const userId = someone();
    const ledger = env.LEDGER.getByName(userId);
    for (const text of ["old", "new"])
      await ledger.keepFile({ name: "a.txt", type: "", content: new TextEncoder().encode(text) });
    await run(`await file("x", "made.txt")`, userId);
    expect(
      (await run(`return [Object.keys(files), await files["a.txt"].text()]`, userId)).said.result,
    ).toEqual([["a.txt"], "new"]);
  });

  it("is told of where code does not wait for one that it makes", async () => {
    const { said } = await run(`file("x", "a.txt"); return 1`);
    expect(said.notes).toEqual(["A file was not awaited and may be missing: use await file(data, name)."]);
    expect((await run(`const a = file("x", "a.txt"); await a; return 1`)).said.notes).toBeUndefined();
  });

  it("is nothing in search, which says where it is", async () => {
    const { error } = await callTool(`return files["x"]`, [await deploy({ document: upstreamDocument })], {
      tool: "search",
    });
    expect(error?.message).toContain("use the tool execute");
  });
});

it("a document of 300 KB is fetched, changed in one place and written back in one run under 3,000 tokens", async () => {
  const code = `
    const asked = { query: { type: "text/plain" }, contentType: "text/plain", body: "a line of text\\n".repeat(20_000) };
    const { data: text } = await api.post("/type", asked);
    const changed = text.replace("a line", "the first line");
    const { data: kept } = await api.put("/echo", { body: { text: changed } });
    return { before: text.length, after: JSON.parse(kept.text).text.length, begins: changed.slice(0, 29) };`;
  const answer = await run(code);
  expect(answer.said, JSON.stringify(answer.said.error)).toMatchObject({
    result: { before: 300_000, after: 300_008, begins: "the first line of text\na line" },
    requests: ["postType: 200", "putEcho: 200"],
  });
  // A token has at least one character.
  expect(code.length + replyText(answer).length).toBeLessThan(3_000);
});

describe("a result of 5 MB", () => {
  it("is kept whole, and the next run gets item 4,000 as the first line says", async () => {
    const userId = someone();
    const { said, first } = await run(
      `return Array.from({ length: 40_000 }, (_, id) => ({ id, text: "ü".repeat(50) + "x".repeat(60) }))`,
      userId,
    );
    const way = /In the next code, (.*?)\[n\] is item n/.exec(first.join(" "))?.[1] ?? "";
    expect(way).toBe(`(await recall("${said.runId}"))`);
    const next = await run(
      `const all = ${way}; return [all.length, all[4000].id, all[39_999].text.length]`,
      userId,
    );
    expect(next.said.result).toEqual([40_000, 4_000, 110]);
  });
});
