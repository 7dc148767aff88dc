/** A walk through the console of a running server: leaves runs of every kind behind, and knows every page's address. */
import type { Page } from "playwright-core";
import { carefulName } from "./sample-apis.ts";

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

  pictures: {
    tool: "execute",
    code: `// A chart of the zones, and their records as a list
const { data } = await apis.demo.get("/zones");
const counts = [];
for (const zone of data.items) {
  const records = await apis.demo.get("/zones/{zone_id}/dns-records", { path: { zone_id: zone.id } });
  counts.push({ zone: zone.name, records: records.data.items.length });
}
await file(counts.map(({ zone, records }) => zone + ";" + records).join("\\n"), "records.csv");
await file(counts, "records.json");
return { chart: await png(480, 300, (x, y) => {
  const bar = counts[Math.floor(x / (480 / counts.length))];
  return 300 - y < bar.records * 28 && x % (480 / counts.length) > 24 ? [36, 86, 199] : [246, 247, 249];
}), counts };

async function png(width, height, colour) {
  const rows = new Uint8Array((width * 3 + 1) * height);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) rows.set(colour(x, y), y * (width * 3 + 1) + 1 + x * 3);
  const packed = new Response(new Blob([rows]).stream().pipeThrough(new CompressionStream("deflate")));
  const size = new DataView(new ArrayBuffer(13));
  [width, height].forEach((value, n) => size.setUint32(n * 4, value));
  size.setUint16(8, 0x0802);
  const chunks = [["IHDR", new Uint8Array(size.buffer)], ["IDAT", new Uint8Array(await packed.arrayBuffer())], ["IEND", new Uint8Array()]];
  return new Uint8Array(await new Blob([new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10]), ...chunks.flatMap(chunk)]).arrayBuffer());
}
function chunk([name, data]) {
  const body = new Uint8Array([...new TextEncoder().encode(name), ...data]);
  let crc = -1;
  for (const byte of body) {
    crc ^= byte;
    for (let n = 0; n < 8; n += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  const number = (value) => new Uint8Array(new Uint32Array([value]).buffer).reverse();
  return [number(data.length), body, number(~crc)];
}`,
  },
  asking: {
    tool: "execute",
    access: ["write"],
    code: `// Point the status page at its new host
const { data } = await apis.edge_careful.get("/zones");
const [zone] = data.items;
const path = { zone_id: zone.id };
await apis.edge_careful.post("/zones/{zone_id}/dns-records", {
  path,
  body: { type: "A", name: "status." + zone.name, content: "192.0.2.80", proxied: true },
});
await apis.edge_careful.patch("/zones/{zone_id}/settings", { path, body: { security_level: "high" } });`,
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

/** What a person sees who comes first: nothing has run, nobody is connected. For a server that no tour has walked through. */
export const emptyPages: Stop[] = ["runs", "approvals", "programs", "files", "connections", "tokens"].map(
  (name) => ({
    name: `empty-${name}`,
    path: `/${name}`,
  }),
);

/** Fills the ledger, runs the samples in the playground, and returns every page to look at. */
export async function tour(page: Page, origin: string): Promise<Stop[]> {
  const seeded = (await (await fetch(`${origin}/seed`, { method: "POST" })).json()) as {
    pages: Record<string, string>;
  };
  const runs: Stop[] = [];
  for (const [name, sample] of Object.entries(samples)) {
    const path = await runInPlayground(page, origin, sample);
    if (path !== undefined) runs.push({ name: `run-${name}`, path });
    const waiting = page.locator('#answer a[href^="/approvals/"]');
    if ((await waiting.count()) > 0)
      runs.push({ name: `approval-${name}`, path: (await waiting.first().getAttribute("href"))! });
  }
  return [
    { name: "connect", path: "/" },
    { name: "runs", path: "/runs" },
    { name: "runs-none", path: "/runs?text=nothing-like-this" },
    ...runs,
    ...Object.entries(seeded.pages).map(([name, path]) => ({ name: `seeded-${name}`, path })),
    { name: "approvals", path: "/approvals" },
    { name: "programs", path: "/programs" },
    { name: "apis", path: "/apis" },
    { name: "api", path: "/apis/demo" },
    { name: "api-search", path: "/apis/github?q=list+repository+issues" },
    { name: "operation", path: "/apis/github?operation=issues%2Fcreate" },
    { name: "operation-asked", path: `/apis/${carefulName}?operation=createDnsRecord` },
    { name: "files", path: "/files" },
    { name: "playground", path: "/playground" },
    { name: "playground-reply", path: "/playground", act: (at) => runHere(at) },
    { name: "connections", path: "/connections" },
    { name: "users", path: "/users" },
    { name: "users-none", path: "/users?q=nobody-like-this" },
    { name: "parts", path: "/parts" },
    { name: "not-found", path: "/nowhere" },
  ];
}

async function runHere(page: Page): Promise<void> {
  await page.check("input[name=tool][value=execute]");
  await writeCode(page, samples["execute"]!.code);
  await page.click("#run");
  await page.waitForSelector("#reply", { state: "attached" });
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
  // As an input method writes: `fill` would have the browser put styles into the editor, which the page's policy refuses.
  await page.locator(".editor .cm-content").focus();
  await page.keyboard.press("Control+A");
  await page.keyboard.press("Delete");
  await page.keyboard.insertText(code);
}
