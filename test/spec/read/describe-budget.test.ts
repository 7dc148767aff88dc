/** What `describe` costs for every operation of big documents, and that it shows what a call needs: the bench's own measure. */
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { describe, expect, it } from "vitest";
import { descriptionsOf, tagsOfTen } from "../../../scripts/bench/described.ts";
import { prepareApi } from "../../../src/cli/apis.ts";
import { openCatalog } from "../../../src/spec/read/open-catalog.ts";
import type { OpenedCatalog } from "../../../src/spec/catalog.ts";
import { kubernetesDocument, snippetFiles } from "../../check/fixture/sources.ts";

async function opened(source: string): Promise<OpenedCatalog> {
  const { catalog } = await prepareApi({
    name: "big",
    folder: ".",
    file: { source, server: "https://api.example.com" },
  });
  return openCatalog(catalog.index, catalog.body.slice().buffer);
}

describe.each([
  ["GitHub", snippetFiles.github.source],
  ["Stripe", snippetFiles.stripe.source],
  ["Kubernetes", kubernetesDocument],
])("of %s", (_, source) => {
  it("every operation shows what it needs, in 700 tokens at the median and 1,500 at most", async () => {
    const { tokens, lacking } = descriptionsOf(await opened(source));
    expect(lacking).toEqual([]);
    expect(tokens[tokens.length >> 1]).toBeLessThanOrEqual(700);
    expect(tokens.at(-1)).toBeLessThanOrEqual(1_500);
  }, 120_000);
});

it("ten operations of one tag of Stripe cost at most 4,000 tokens together", async () => {
  const tags = tagsOfTen(await opened(snippetFiles.stripe.source));
  expect(tags.length).toBeGreaterThan(5);
  expect(tags.filter(({ tokens }) => tokens > 4_000)).toEqual([]);
}, 120_000);

it("with full, everything of an operation is there, and of the longest it still ends", async () => {
  const stripe = await opened(snippetFiles.stripe.source);
  const short = stripe.describe("PostAccounts");
  const full = stripe.describe("PostAccounts", { full: true });
  expect(countTokens(full)).toBeGreaterThan(3 * countTokens(short));
  expect(full.length).toBeLessThan(200_000);
});
