import { expect, it } from "vitest";
import { redactionBy, redactorFor, redactorOfLatest } from "../../../src/gateway/send/redact.ts";

const secret = "s3cret/token+with=signs&more";
const redactor = redactorFor([secret])!;
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("utf8");
const base64 = (value: string) => Buffer.from(value).toString("base64");

it.each([
  ["as it is", secret],
  ["twice", `${secret}${secret}`],
  ["in JSON", JSON.stringify({ token: secret })],
  ["in JSON with escaped slashes", JSON.stringify({ token: secret }).replaceAll("/", "\\/")],
  ["percent-encoded", encodeURIComponent(secret)],
  ["percent-encoded in lower case", encodeURIComponent(secret).replace(/%../g, (code) => code.toLowerCase())],
  [
    "every byte percent-encoded",
    [...Buffer.from(secret)].map((byte) => `%${byte.toString(16).toUpperCase()}`).join(""),
  ],
  ["in a form", new URLSearchParams({ x: secret }).toString()],
  ["in HTML", secret.replaceAll("&", "&amp;")],
  ["in Markdown", secret.replace(/[+=&/]/g, "\\$&")],
  ["as a regular expression in JSON", JSON.stringify({ pattern: secret.replace(/\W/g, "\\$&") })],
  ["in hex", Buffer.from(secret).toString("hex")],
  ["as a Buffer of Node in JSON", JSON.stringify(Buffer.from(secret))],
  ...[",\n    ", ",\r\n\t\t", "\n", "\r\n", "\t", `,\n${" ".repeat(16)}`].map((between): [string, string] => [
    `as numbers with ${JSON.stringify(between)} between them`,
    [...Buffer.from(secret)].join(between),
  ]),
  ["as a byte slice of Go", `[${Buffer.from(secret).join(" ")}]`],
  ["in base64", base64(secret)],
  ["in base64 behind one byte", base64(`a${secret}`)],
  ["in base64 behind two bytes", base64(`ab${secret}`)],
  ["in base64 of a whole header", base64(`Authorization: Bearer ${secret}\r\n`)],
  ["in base64url", Buffer.from(`x${secret}y`).toString("base64url")],
  ["in percent-encoded base64", encodeURIComponent(base64(secret))],
])("removes a secret %s, in one piece and cut anywhere", (_name, form) => {
  const whole = `before ${form} after`;
  const clean = redactor.headers({ "x-echo": whole })["x-echo"];
  expect(clean).toContain("[redacted]");
  expect(clean).toMatch(/^before .* after$/);
  expect(clean).not.toContain(secret);
  for (let cut = 0; cut <= whole.length; cut += 1) {
    const stream = redactionBy(() => redactor);
    const parts = [whole.slice(0, cut), whole.slice(cut)].map((part) => stream.push(Buffer.from(part)));
    expect(Buffer.concat([...parts, stream.end()]).toString("utf8")).toBe(clean);
  }
});

it("changes nothing else, byte for byte", () => {
  const bytes = Uint8Array.from({ length: 4096 }, (_, index) => (index * 7919) % 256);
  expect(Buffer.from(redactor.bytes(bytes))).toEqual(Buffer.from(bytes));
  const stream = redactionBy(() => redactor);
  expect(Buffer.concat([stream.push(bytes), stream.end()])).toEqual(Buffer.from(bytes));
});

it.each([
  ["an event", "data: {}\n\n"],
  ["an event with line breaks of Windows", "data: word\r\n\r\n"],
  ["a line of JSON", '{"a":"b"}\n'],
  ["a sentence", "It is done.\n"],
])("passes on %s at once, and what has begun later", (_what, line) => {
  const stream = redactionBy(() => redactor);
  for (let count = 0; count < 3; count += 1) expect(text(stream.push(Buffer.from(line)))).toBe(line);
  expect(text(stream.push(Buffer.from("data: s3cret/to")))).toBe("");
  expect(text(stream.push(Buffer.from("rn}\n")))).toBe("data: s3cret/torn}\n");
});

it.each([
  ["of nothing so far", []],
  ["of another one so far", ["another-secret"]],
])("takes out of a long answer what was issued after its beginning, and %s", (_what, first) => {
  const issued = [...first];
  const stream = redactionBy(() => redactorFor(issued));
  const sent = [
    "data: first\n\n",
    `data: ${secret}\n\n`,
    `data: ${secret.slice(0, 6)}`,
    secret.slice(6),
    " end",
  ];
  const parts = sent.map((part, index) => {
    if (index === 1) issued.push(secret);
    return text(stream.push(Buffer.from(part)));
  });
  parts.push(text(stream.end()));
  expect(parts.join("")).toBe("data: first\n\ndata: [redacted]\n\ndata: [redacted] end");
});

it("keeps the redactor of a body, however many are in use, and shares it with another body", () => {
  const bodies = Array.from({ length: 40 }, (_, index) => redactorOfLatest(() => [`secret-of-api-${index}`]));
  const first = bodies.map((body) => body());
  expect(bodies.map((body, index) => body() === first[index])).toEqual(bodies.map(() => true));
  expect(redactorFor(["secret-of-api-0"])).toBe(first[0]);
});

it("makes another redactor for a body when a secret is added, also to the same array", () => {
  const issued = ["another-secret"];
  const body = redactorOfLatest(() => issued);
  expect(body()?.text(secret)).toBe(secret);
  issued.push(secret);
  expect(body()?.text(secret)).toBe("[redacted]");
});

it("takes out of what waits what was issued meanwhile", () => {
  const issued = ["another-secret"];
  const stream = redactionBy(() => redactorFor(issued));
  const first = text(stream.push(Buffer.from(`data: ${secret.slice(0, 9)}`)));
  issued.push(secret);
  const then = text(stream.push(Buffer.from(`${secret.slice(9)} end`)));
  expect(first + then + text(stream.end())).toBe("data: [redacted] end");
});

it("does not pass on the beginning of base64 that is broken into lines", () => {
  const stream = redactionBy(() => redactor);
  const wrapped = base64(secret).replace(/.{8}/g, "$&\n");
  const parts = wrapped.split(/(?<=\n)/).map((part) => text(stream.push(Buffer.from(part))));
  expect(parts.join("")).toBe("");
  expect(text(stream.end())).toMatch(/^\[redacted\].{0,4}$/s);
});

it("does not touch answers where there is no secret, or only one too short to tell", () => {
  expect(redactorFor([])).toBeUndefined();
  expect(redactorFor(["abc"])).toBeUndefined();
});

it("removes the longer of two secrets where a chunk ends with the shorter one", () => {
  const stream = redactionBy(() => redactorFor(["first-secret", "first-secret:and-the-rest"]));
  const parts = [
    stream.push(Buffer.from("x first-secret")),
    stream.push(Buffer.from(":and-the-rest y")),
    stream.end(),
  ];
  expect(Buffer.concat(parts).toString()).toBe("x [redacted] y");
});

it.each([
  ["unicode escapes", "\\u0070lant\\u0065d-key"],
  ["the escapes of Go and Java for signs", "a\\u0026b\\u003dc-and-more"],
  ["percent-encoding of single letters", "%70lanted%2Dkey"],
  ["percent-encoding, twice", "a%2526b%253Dc-and-more"],
  ["HTML numbers", "&#112;lanted-ke&#x79;"],
  ["escapes within a string within a string", "a\\\\u0026b\\\\u003dc-and-more"],
  ["HTML numbers without semicolons", "&#112lanted&#45ke&#x79"],
  ["escapes with braces", "\\u{70}\\u{6c}anted\\u{2D}key"],
  ["octal escapes", "\\160lanted\\55\\153ey"],
  ["octal escapes in a string", "planted\\\\055key"],
  ["hex with colons", "70:6c:61:6e:74:65:64:2d:6b:65:79"],
  ["hex in lines", "706c616e\n7465642d\n6b6579"],
  ["hex in lines of a string", "706c616e7465642d\\n6b6579"],
  ["a list of hex numbers", "70, 0x6c, 0x61, 0x6e, 0x74, 0x65, 0x64, 0x2d, 0x6b, 0x65, 0x79"],
  ["UTF-16", Buffer.from("planted-key", "utf16le").toString("latin1")],
])("removes a secret written with %s", (_name, written) => {
  const answer = Buffer.from(`<${written}>`, "latin1");
  const clean = text(redactorFor(["planted-key", "a&b=c-and-more"])!.bytes(answer));
  expect(clean).toBe("<[redacted]>");
});

it("removes a secret from base64 that is broken into lines", () => {
  const wrapped = Buffer.from("authorization: planted-key-7f3a9")
    .toString("base64")
    .replace(/.{8}/g, "$&\r\n");
  expect(redactorFor(["planted-key-7f3a9"])!.text(wrapped)).toContain("[redacted]");
});

it("leaves out a header whose name holds a secret, in lower case as names come", () => {
  const { headers } = redactorFor(["Eby8vdM02xNOcqFl"])!;
  expect(headers({ "x-eby8vdm02xnocqfl": "1", "x-fine": "a", "x-echo": "Eby8vdM02xNOcqFl" })).toEqual({
    "x-fine": "a",
    "x-echo": "[redacted]",
  });
});

it.each([
  ["JSON of PHP", "a\\/b+c=d-and-more"],
  ["unicode escapes", "\\u0061\\u002fb+c=d-and-more"],
  ["base64", Buffer.from("a/b+c=d-and-more").toString("base64")],
  ["a URL", encodeURIComponent("a/b+c=d-and-more")],
])("removes a secret in UTF-16 that was escaped before: %s", (_what, written) => {
  const own = redactorFor(["a/b+c=d-and-more"])!;
  for (const swap of [false, true]) {
    const bytes = Buffer.from(`<${written}>`, "utf16le");
    const clean = Buffer.from(own.bytes(swap ? bytes.swap16() : bytes)).toString("latin1");
    expect(clean).toContain("[redacted]");
    expect(clean.length).toBeLessThan("[redacted]".length + 14);
  }
});
