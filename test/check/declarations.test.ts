/** Types of every operation of many documents: none throws, none holds an error, and few are long. */
import { expect, test } from "vitest";
import {
  type DeclarationFigures,
  type ExampleFigures,
  measureDeclarations,
  measureExamples,
} from "./fixture/corpus.ts";
import { openDocument, openSnippetApi } from "./fixture/documents.ts";
import { loadChecker } from "./fixture/node-checker.ts";
import { manyDocuments } from "./fixture/sources.ts";

const checker = await loadChecker();
const minutes = 60_000;

test(
  "declarations of GitHub and of fifty more documents have no error",
  { timeout: 10 * minutes },
  async () => {
    const declared: DeclarationFigures[] = [];
    const examples: ExampleFigures[] = [];
    const documents = [
      openSnippetApi("github"),
      ...manyDocuments.map((source) => openDocument(source, { source, server: "https://api.example.com" })),
    ];
    for (const opening of documents) {
      const opened = await opening;
      declared.push(measureDeclarations(opened, checker));
      examples.push(measureExamples(opened));
    }
    expect(declared.length).toBeGreaterThan(50);
    expect(declared.flatMap(({ exceptions, faults }) => [...exceptions, ...faults])).toEqual([]);
    const sizes = declared.flatMap((one) => one.sizes).sort((one, other) => one - other);
    expect(sizes.length).toBeGreaterThan(2_000);
    expect(sizes[sizes.length >> 1]).toBeLessThan(4_000);
    // Calls made from the documents' own examples: at most one of a hundred is blocked.
    const calls = examples.reduce((sum, one) => sum + one.calls, 0);
    expect(calls).toBeGreaterThan(400);
    expect(examples.flatMap(({ blocked }) => blocked).length).toBeLessThanOrEqual(calls / 100);
  },
);
