import { expect, test } from "vitest";
import { bodyKindOf, type BodyKind } from "../../src/terms/body-kind.ts";

const kinds: Record<BodyKind["is"], string[]> = {
  json: [
    "application/json",
    "APPLICATION/JSON ; charset=utf-8",
    "text/json",
    "application/problem+json",
    "application/x-json",
  ],
  lines: [
    "application/x-ndjson",
    "application/jsonl",
    "application/stream+json",
    "text/x-ndjson; charset=latin1",
  ],
  sequence: ["application/json-seq", "application/geo+json-seq"],
  events: ["text/event-stream", "Text/Event-Stream;charset=utf-8"],
  xml: ["application/xml", "text/xml", "image/svg+xml"],
  text: [
    "text/plain",
    "text/html",
    "application/javascript",
    "message/http",
    "application/x-www-form-urlencoded",
  ],
  bytes: ["application/octet-stream", "image/png", "application/zip", "json/x", "application/jsonp"],
  unsaid: ["", " ", "nonsense", ";charset=utf-8"],
};

for (const [is, types] of Object.entries(kinds))
  test.for(types)(`${is}: "%s"`, (contentType) => {
    expect(bodyKindOf(contentType).is).toBe(is);
  });

test.for([4_001, 20_000, 200_000])("of %i characters it says nothing, at once", (length) => {
  const many = Array.from({ length: length / 8 + 1 }, (_, at) => `a/b;${at}=1`).join(",");
  expect(bodyKindOf(many.slice(0, length).padEnd(length, "x"))).toEqual({
    is: "unsaid",
    type: "",
    charset: undefined,
  });
});

test.for([
  ["text/plain; charset=utf-8", "utf-8"],
  ["text/plain; charset='utf-8'", "utf-8"],
  ['text/plain; Charset="ISO-8859-1"', "ISO-8859-1"],
  ["text/plain; charset=a, text/plain; charset=b", "b"],
  ["text/plain", undefined],
] as const)("the charset of %s", ([contentType, charset]) => {
  expect(bodyKindOf(contentType)).toEqual({ is: "text", type: "text/plain", charset });
});
