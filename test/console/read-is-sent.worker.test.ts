/** What a person reads on the page of a paused run is what the API receives, byte for byte. */
import { describe, expect, it } from "vitest";
import { post, scene, shownOn, writes } from "./fixture/scene.ts";

describe("what is read is what arrives", () => {
  it.each([
    ["a key twice", '{"to":"mallory","to":"alice"}', ['"to": "mallory"', '"to" ⟨duplicate key⟩: "alice"']],
    [
      "a key twice in two spellings",
      '{"to":"mallory","t\\u006f":"alice"}',
      ['"t\\u006f" ⟨duplicate key⟩: "alice"'],
    ],
    [
      "a number with too many digits",
      '{"account":9007199254740993}',
      ["9007199254740993 ⟨not this number in JavaScript⟩"],
    ],
    ["a number too large", '{"limit":1e400}', ["1e400 ⟨not this number in JavaScript⟩"]],
    [
      "a long decimal",
      '{"eur":0.1000000000000000055511151231257827}',
      ["0.1000000000000000055511151231257827 ⟨not"],
    ],
    ["a change of direction", '{"to":"\u202eecila"}', ["⟨U+202E⟩ecila"]],
    ["tags", '{"to":"alice\u{e0041}"}', ["alice⟨U+E0041⟩"]],
    ["a filler", '{"to":"alice\u3164"}', ["alice⟨U+3164⟩"]],
    [
      "a key in two spellings",
      '{"to":"mallory","To":"alice"}',
      ['"to": "mallory"', '"To" ⟨like another key⟩: "alice"'],
    ],
    ["a mark of ours", '{"to":"⟨duplicate key⟩"}', ["⟨U+27E8⟩duplicate key⟩"]],
  ])("%s", async (_what, body, lines) => {
    const { run, person } = await scene();
    const code = `return (await (await ${post(body)}).json()).text`;
    const { path } = await run(code);
    const reader = person();
    const [shown = ""] = shownOn((await reader.open(path)).text);
    for (const line of lines) expect(shown).toContain(line);
    await reader.send(path, { do: "approve-listed" });
    await run(code);
    expect((await writes()).map((one) => one.body)).toEqual([body]);
  });

  const parted = (boundary: string, disposition: string, content: string) =>
    `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${content}\r\n--${boundary}--\r\n`;

  it.each<[what: string, boundary: string, disposition: string, content: string, quotes?: string]>([
    ["is part of a value", "AMOUNT-10", 'name="to"', "AMOUNT-100"],
    ["is a value", "AMOUNT-10", 'name="to"', "AMOUNT-10"],
    ["is a value in quotes", "AMOUNT-10", 'name="to"', '"AMOUNT-10"', '"'],
    ["is part of a name", "to-whom-1", 'name="to-whom-1"', "x"],
    ["is the name of a file", "contract-1", 'name="a"; filename="contract-1"', "x"],
    ["is in the content of a file", "contract-1", 'name="a"; filename="b.txt"', "x contract-1 y contract-1"],
    ["is a value in capitals", "mallory-1", 'name="to"', "MALLORY-1"],
    ["is a value of two lines", "mallory-1", 'name="to"', "a\nmallory-1"],
    ["is what a value calls one", "mallory-1", 'name="to"', "boundary"],
  ])("a form whose boundary %s", async (_what, boundary, disposition, content, quotes = "") => {
    const { run, person } = await scene();
    const body = parted(boundary, disposition, content);
    const type = `multipart/form-data; boundary=${quotes}${boundary}${quotes}`;
    const code = `return (await (await ${post(body, type)}).json()).text`;
    const { path } = await run(code);
    const reader = person();
    const [shown = ""] = shownOn((await reader.open(path)).text);
    expect(shown).toContain(disposition);
    expect(shown).toContain(content);
    await reader.send(path, { do: "approve-listed" });
    await run(code);
    const [sent] = await writes();
    const read = shown.slice(shown.indexOf("\n\n") + 2).replaceAll("⟨U+000D⟩", "\r");
    expect(sent?.body).toBe(read);
    expect(sent?.headers["content-type"]).toBe(/content-type: (.*)/.exec(shown)?.[1]);
  });

  it.each([
    ["is no boundary that browsers make", "mallory@evil.example", 'boundary="mallory@evil.example"'],
    ["stands in another parameter too", "real1234", 'boundary=real1234; x="boundary=AMOUNT-10"'],
  ])("a form whose boundary %s is not sent", async (_what, boundary, parameters) => {
    const { run } = await scene();
    const body = parted(boundary, 'name="to"', "AMOUNT-10");
    await run(`return (await ${post(body, `multipart/form-data; ${parameters}`)}).status`);
    expect(await writes()).toEqual([]);
  });

  it("a body that cannot be shown in full is approved by itself, never in a list", async () => {
    const { run, person, ledger } = await scene();
    const code = `await Promise.all([api.post("/echo", { body: { note: "x".repeat(150_000), to: "mallory" } }), api.delete("/echo")])`;
    const { path } = await run(code);
    const reader = person();
    const page = await reader.open(path);
    expect(page.text).toContain("Not all of it is shown.");
    await reader.press(page, path, { do: "approve-listed" });
    expect(await ledger.waiting()).toBe(1);
    await run(code);
    expect((await writes()).map(({ method }) => method)).toEqual(["DELETE"]);
  });

  it("every header that leaves is on the page", async () => {
    const { run, person } = await scene();
    const code = `return (await api.post("/echo/payments", { body: { to: "alice" }, headers: { "X-Role": "admin", "If-Match": "e1" } })).status`;
    const { path } = await run(code);
    const reader = person();
    const [shown = ""] = shownOn((await reader.open(path)).text);
    await reader.send(path, { do: "approve-listed" });
    await run(code);
    const [sent] = await writes();
    const transport = ["host", "connection", "content-length", "accept-encoding"];
    const left = Object.keys(sent?.headers ?? {}).filter(
      (name) => !transport.includes(name) && !name.startsWith("cf-"),
    );
    for (const name of left) expect(shown).toContain(`\n${name}: `);
    expect(left).toContain("idempotency-key");
    expect(shown).toContain("if-match: e1");
    // Not declared, so it does not leave.
    expect(shown).not.toContain("x-role");
  });
});
