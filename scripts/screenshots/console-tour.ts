/** A walk through the console of a running server: leaves runs of every kind behind, and knows every page's address. */
import type { Page } from "playwright-core";

export interface Stop {
  name: string;
  path: string;
  /** What is done on the page before it is looked at. */
  act?: (page: Page) => Promise<void>;
}

interface Sample {
  tool: "search" | "execute";
  code: string;
  access?: ("write" | "delete")[];
}

const samples: Record<string, Sample> = {
  search: { tool: "search", code: 'return find("zone records", { limit: 5 }).map(describe);' },
  execute: {
    tool: "execute",
    code: `// Which zones have the most records?
const { data } = await apis.demo.get("/zones");
console.log("zones:", data.items.length);
const counted = await Promise.all(
  data.items.slice(0, 6).map(async (zone) => {
    const { data } = await apis.demo.get("/zones/{zone_id}/dns-records", { path: { zone_id: zone.id } });
    return { name: zone.name, records: data.items.length };
  }),
);
return counted.sort((a, b) => b.records - a.records);`,
  },
  denied: {
    tool: "execute",
    code: `const { data } = await apis.demo.get("/zones");
return apis.demo.delete("/zones/{zone_id}", { path: { zone_id: data.items[0].id } });`,
  },
  syntax: { tool: "execute", code: "return await apis.demo.get(" },
  printing: {
    tool: "search",
    code: `console.log("<script>alert(1)</script> \\u001b[31mred\\u001b[0m \\u202eoverride");
console.error("<img src=x onerror=alert(1)>");
return { html: "</pre><script>alert(2)</script>", ansi: "\\u001b[2J" };`,
  },
};

/** The Worker that the tour walks through: the real one, with a path that fills the ledger. */
export const tourEntry = "test/console/fixture/worker.ts";

/** Fills the ledger, runs the samples in the playground, and returns every page to look at. */
export async function tour(page: Page, origin: string): Promise<Stop[]> {
  const seeded = (await (await fetch(`${origin}/seed`, { method: "POST" })).json()) as {
    pages: Record<string, string>;
  };
  const runs: Stop[] = [];
  for (const [name, sample] of Object.entries(samples)) {
    const path = await runInPlayground(page, origin, sample);
    if (path !== undefined) runs.push({ name: `run-${name}`, path });
  }
  return [
    { name: "connect", path: "/" },
    { name: "runs", path: "/runs" },
    { name: "runs-none", path: "/runs?text=nothing-like-this" },
    ...runs,
    ...Object.entries(seeded.pages).map(([name, path]) => ({ name: `seeded-${name}`, path })),
    { name: "approvals", path: "/approvals" },
    { name: "apis", path: "/apis" },
    { name: "api", path: "/apis/demo" },
    { name: "api-search", path: "/apis/github?q=list+repository+issues" },
    { name: "operation", path: "/apis/github?operation=issues%2Fcreate" },
    { name: "files", path: "/files" },
    { name: "playground", path: "/playground" },
    { name: "connections", path: "/connections" },
    { name: "users", path: "/users" },
    { name: "users-none", path: "/users?q=nobody-like-this" },
    { name: "parts", path: "/parts" },
    { name: "not-found", path: "/nowhere" },
  ];
}

/** @returns the path of the run's page, if the code ran */
export async function runInPlayground(
  page: Page,
  origin: string,
  sample: Sample,
): Promise<string | undefined> {
  await page.goto(`${origin}/playground`);
  await page.check(`input[name=tool][value=${sample.tool}]`);
  await writeCode(page, sample.code);
  for (const kind of sample.access ?? []) await page.check(`input[name=access][value=${kind}]`);
  await page.click("#run");
  await page.waitForSelector("#reply", { state: "attached" });
  const link = page.locator('#answer a[href^="/runs/"]').first();
  return (await link.getAttribute("href", { timeout: 1_000 }).catch(() => null)) ?? undefined;
}

/** Puts code into the editor of the playground, which stands in for the field of its form. */
export async function writeCode(page: Page, code: string): Promise<void> {
  await page.locator(".editor .cm-content").fill(code);
}
