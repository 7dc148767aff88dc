/** The examples of docs/policy.md: their tables, and what they promise, for every operation of the document. */
import { describe, expect, it } from "vitest";
import { ApiFile } from "../../src/terms/api-file.ts";
import { decision, everyDecision, examples } from "./cookbook.ts";

describe.each(examples())("docs/policy.md: $title", ({ file, requests }) => {
  it("is a file that npm run api reads", () => {
    expect(ApiFile.safeParse(file).error?.issues).toBeUndefined();
    expect(requests.length).toBeGreaterThan(3);
    expect(new Set(requests.map(([, effect]) => effect)).size).toBeGreaterThan(1);
  });

  it.each(requests)("%s: %s", async (request, want) => {
    expect(await decision(ApiFile.parse(file), request)).toBe(want);
  });
});

it("the cookbook is found", () => {
  expect(examples().length).toBeGreaterThanOrEqual(6);
});

describe("over the whole document", () => {
  const all = async (title: string, values?: Record<string, string>) => {
    const example = examples().find((each) => each.title === title);
    return everyDecision(ApiFile.parse(example?.file), values);
  };
  const requests = (decided: { request: string }[]) => decided.map(({ request }) => request);
  const isRead = ({ request }: { request: string }) => request.startsWith("GET ");

  it("GitHub, read only: nothing but GET goes out, and the two that render Markdown", async () => {
    const decided = await all("GitHub, read only");
    expect(decided.length).toBeGreaterThan(1_000);
    expect(requests(decided.filter((one) => one.effect === "allow" && !isRead(one))).sort()).toEqual([
      "POST /markdown",
      "POST /markdown/raw",
    ]);
    expect(decided.filter(({ effect }) => effect === "ask")).toEqual([]);
  });

  it("GitHub, the issues of one repository: nothing of another, and nothing else of this one", async () => {
    const title = "GitHub, the issues of one repository";
    const own = await all(title, { owner: "octo", repo: "hello" });
    const stray = own.filter(
      ({ request, effect }) =>
        ["allow", "ask"].includes(effect) && !/ \/repos\/octo\/hello\/issues(\/|$)/.test(request),
    );
    expect(stray).toEqual([]);
    expect(own.filter(({ effect }) => effect === "allow").length).toBeGreaterThan(20);
    const other = await all(title, { owner: "octo", repo: "other" });
    expect(other.filter(({ effect }) => ["allow", "ask"].includes(effect))).toEqual([]);
  });

  it("GitHub, by tag: no merge goes out unasked", async () => {
    const decided = await all("GitHub, by tag");
    const merges = decided.filter((one) => !isRead(one) && /merge/i.test(one.text));
    expect(merges.length).toBeGreaterThan(3);
    expect(merges.filter(({ effect }) => effect === "allow")).toEqual([]);
  });

  it("Stripe, without refunds: nothing that writes goes out unasked, and nothing that refunds at all", async () => {
    const decided = await all("Stripe, without refunds");
    expect(decided.length).toBeGreaterThan(400);
    const writes = decided.filter((one) => !isRead(one));
    expect(writes.filter(({ effect }) => effect === "allow")).toEqual([]);
    const givesBack = /refund|credit.?note|\/reversals|dispute.*close/i;
    const refunds = writes.filter(({ text }) => givesBack.test(text));
    expect(refunds.length).toBeGreaterThan(15);
    expect(requests(refunds.filter(({ effect }) => effect !== "deny"))).toEqual([]);
  });

  it.each([
    ["shop", 100],
    ["bank", 0],
  ])("Kubernetes, one namespace: of %s, what reads goes out", async (namespace, least) => {
    const decided = await all("Kubernetes, one namespace", { namespace });
    expect(decided.length).toBeGreaterThan(800);
    const reached = decided.filter(({ effect }) => ["allow", "ask"].includes(effect));
    expect(reached.length).toBeGreaterThanOrEqual(least);
    if (least === 0) return expect(requests(reached)).toEqual([]);
    expect(reached.filter(({ request }) => !request.includes("/namespaces/shop/"))).toEqual([]);
    const ways = /\/(secrets|exec|attach|portforward|proxy|ephemeralcontainers|token)(\/|$)/;
    expect(requests(reached.filter(({ request }) => ways.test(request)))).toEqual([]);
    expect(requests(reached.filter((one) => one.effect === "allow" && !isRead(one)))).toEqual([]);
  });
});
