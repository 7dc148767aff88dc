/** What the bench does before it measures: names, questions, and the documents that it makes. */
import { expect, it } from "vitest";
import { dereferenced } from "../../../scripts/bench/dereference.ts";
import { questionsFor } from "../../../scripts/bench/questions.ts";
import { subjectFrom } from "../../../scripts/bench/subjects.ts";

it.each([
  ["cloudflare=openapi.json", "cloudflare", "openapi.json"],
  ["../specs/Pet-Store.v2.yaml.gz", "pet_store_v2", "../specs/Pet-Store.v2.yaml.gz"],
  ["https://example.com/openapi.json?x=1", "openapi", "https://example.com/openapi.json?x=1"],
])("--document %s is %s", (text, name, source) => {
  expect(subjectFrom(text)).toMatchObject({ name, file: { source } });
});

it("--document says which names there may be", () => {
  expect(() => subjectFrom("BIG=x.json")).toThrow(
    "--document BIG=x.json: a name starts with a lower-case letter",
  );
});

it("asks an unknown document for what about ten of its paths have in common", () => {
  const paths = Object.fromEntries([
    ...Array.from({ length: 30 }, (_, n) => [`/v1/things/${n}x`, {}]),
    ...Array.from({ length: 9 }, (_, n) => [`/v1/orders/{id}/part${n}`, {}]),
  ]);
  expect(questionsFor("unknown", { paths }).isogate).toContain('"/orders"');
});

it("writes a document out with its cycles cut, and gives up where it grows without end", () => {
  const schemas = {
    Node: { properties: { next: { $ref: "#/components/schemas/Node" } } },
    ...Object.fromEntries(
      Array.from({ length: 22 }, (_, n) => [
        `S${n}`,
        { a: { $ref: `#/components/schemas/S${n + 1}` }, b: { $ref: `#/components/schemas/S${n + 1}` } },
      ]),
    ),
  };
  const of = (name: string) => ({
    paths: { "/x": { $ref: `#/components/schemas/${name}` } },
    components: { schemas },
  });
  expect(JSON.stringify(dereferenced(of("Node")))).toContain('{"$circular":"#/components/schemas/Node"}');
  expect(dereferenced(of("S0"), 1_000)).toBeUndefined();
});
