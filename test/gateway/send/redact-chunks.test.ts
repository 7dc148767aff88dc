/** Secrets that once came through. Found by scripts/fuzz/properties/redaction.ts. */
import { expect, it } from "vitest";
import { redactorFor } from "../../../src/gateway/send/redact.ts";

it("removes the longer of two secrets where a chunk ends with the shorter one", () => {
  const redactor = redactorFor(["first-secret", "first-secret:and-the-rest"]);
  const stream = redactor!.stream();
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
  ["hex with colons", "70:6c:61:6e:74:65:64:2d:6b:65:79"],
  ["UTF-16", Buffer.from("planted-key", "utf16le").toString("latin1")],
])("removes a secret written with %s", (_name, text) => {
  const redactor = redactorFor(["planted-key", "a&b=c-and-more"]);
  const clean = Buffer.from(redactor!.bytes(Buffer.from(`<${text}>`, "latin1"))).toString();
  expect(clean).toBe("<[redacted]>");
});

it("removes a secret from base64 that is broken into lines", () => {
  const text = Buffer.from("authorization: planted-key-7f3a9").toString("base64").replace(/.{8}/g, "$&\r\n");
  expect(redactorFor(["planted-key-7f3a9"])!.text(text)).toContain("[redacted]");
});
