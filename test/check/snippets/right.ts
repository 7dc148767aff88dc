import { idioms } from "./idioms.ts";
import type { RightSnippet } from "./snippet.ts";

/** Programs without a fault, in many styles. None of them may be blocked. */
export const rightSnippets: RightSnippet[] = [
  ...idioms,
  {
    api: "demo",
    style: "all pages",
    code: `const pages = api.pages("/access-rules", { query: { mode: "block" }, maxPages: 20 });
const rules = await pages.all();
return { count: rules.length, complete: pages.complete, hint: pages.hint };`,
  },
  { api: "demo", style: "one call", code: `const { data } = await api.get("/account"); return data` },
  {
    api: "demo",
    style: "arrow function",
    code: `async () => (await api.get("/zones")).data.items.map((zone) => zone.name)`,
  },
  {
    api: "demo",
    style: "named function",
    code: `async function main() {
  const zones = await api.get("/zones", { query: { status: "active", limit: 100 } });
  return zones.data.items.length;
}`,
  },
  {
    api: "demo",
    style: "export default",
    code: `export default async function () {
  const { data: zones } = await api.get("/zones");
  const [zone] = zones.items;
  return (await api.get("/zones/{zone_id}/dns-records", { path: { zone_id: zone.id } })).data;
}`,
  },
  {
    api: "demo",
    style: "template string",
    code: `const zones = (await api.get("/zones")).data.items;
const all = await Promise.all(zones.map((zone) => api.get(\`/zones/\${zone.id}/dns-records\`, { query: { type: ["A", "AAAA"] } })));
return all.flatMap(({ data }) => data.items);`,
  },
  {
    api: "demo",
    style: "concatenation",
    code: `const id = (await api.get("/zones")).data.items[0].id; return (await api.get("/zones/" + id + "/settings")).data`,
  },
  {
    api: "demo",
    style: "pages",
    code: `const blocked = new Map();
for await (const page of api.pages("/firewall-events", { query: { action: ["block"], limit: 500 } })) {
  for (const event of page.data.items) blocked.set(event.client_ip, (blocked.get(event.client_ip) ?? 0) + 1);
}
return [...blocked].sort((a, b) => b[1] - a[1]).slice(0, 5);`,
  },
  {
    api: "demo",
    style: "cursor loop",
    code: `let cursor;
const events = [];
do {
  const { data } = await api.get("/firewall-events", { query: { cursor, limit: 500, action: "block" } });
  events.push(...data.items);
  cursor = data.next_cursor;
} while (cursor);
return events.length;`,
  },
  {
    api: "demo",
    style: "query built step by step",
    code: `const query = { limit: 100 };
if (true) query.mode = "block";
query["target_type"] = "ip";
return (await api.get("/access-rules", { query })).data.items`,
  },
  {
    api: "demo",
    style: "nested body",
    code: `await api.post("/access-rules", { body: { mode: "block", target: { type: "ip", value: "192.0.2.7" }, notes: "scanner" } });`,
  },
  {
    api: "demo",
    style: "body from a list of objects",
    code: `const rules = [
  { mode: "block", target: { type: "ip", value: "192.0.2.7" } },
  { mode: "challenge", target: { type: "asn", value: "AS64500" }, expires_at: null },
];
for (const rule of rules) await api.post("/access-rules", { body: rule });
return rules.length;`,
  },
  {
    api: "demo",
    style: "ternary in a body",
    code: `const strict = (await api.get("/account")).data.plan !== "free";
await api.patch("/zones/{zone_id}/settings", {
  path: { zone_id: "z1" },
  body: { security_level: strict ? "high" : "medium", attack_mode: strict },
});`,
  },
  {
    api: "demo",
    style: "spread of a literal",
    code: `const defaults = { ttl: 300, proxied: true };
const { data } = await api.post("/zones/{zone_id}/dns-records", {
  path: { zone_id: "z1" },
  headers: { "Idempotency-Key": crypto.randomUUID() },
  body: { ...defaults, type: "A", name: "www.example.com", content: "192.0.2.1" },
});
return data.id;`,
  },
  {
    api: "demo",
    style: "conditional spread",
    code: `const create = (type, priority) => api.post("/zones/{zone_id}/dns-records", {
  path: { zone_id: "z1" },
  body: { type, name: "mail.example.com", content: "mx.example.com", ...(priority && { priority }) },
});
await create("MX", 10);
await create("CNAME");`,
  },
  {
    api: "demo",
    style: "call by id",
    code: `return (await api.call("listFirewallRules", { query: { category: "attack" } })).data.items.map((rule) => rule.id)`,
  },
  {
    api: "demo",
    style: "helper with a path",
    code: `const all = async (path, query = {}) => {
  const items = [];
  let cursor;
  do {
    const { data } = await api.get(path, { query: { ...query, cursor } });
    items.push(...data.items);
    cursor = data.next_cursor;
  } while (cursor);
  return items;
};
const zones = await all("/zones");
const rules = await all("/access-rules", { mode: "block" });
return { zones: zones.length, rules: rules.length };`,
  },
  {
    api: "demo",
    style: "list of paths",
    code: `const paths = ["/zones", "/access-rules", "/firewall-rules"];
const counts = {};
for (const path of paths) counts[path] = (await api.get(path)).data.items.length;
return counts;`,
  },
  {
    api: "demo",
    style: "pairs of path and query",
    code: `const wanted = [["/zones", { status: "pending" }], ["/access-rules", { target_type: "country" }]];
return Promise.all(wanted.map(([path, query]) => api.get(path, { query })));`,
  },
  {
    api: "demo",
    style: "destructured parameter",
    code: `async ({ api, find }) => { const { data } = await api.get("/zones"); return data.items.filter((z) => z.status === "pending") }`,
  },
  {
    api: "demo",
    style: "try and catch",
    code: `try {
  await api.delete("/zones/{zone_id}", { path: { zone_id: "z9" } });
} catch (error) {
  return { status: error.status, detail: error.data };
}`,
  },
  {
    api: "demo",
    style: "method by variable",
    code: `const method = "get"; return (await api[method]("/zones")).data`,
  },
  {
    api: "demo",
    style: "put of what was read",
    code: `const path = { zone_id: "z1", rate_limit_id: "r1" };
const { data } = await api.get("/zones/{zone_id}/rate-limits/{rate_limit_id}", { path });
const { id, created_at, ...body } = data;
await api.put("/zones/{zone_id}/rate-limits/{rate_limit_id}", { path, body: { ...body, requests: 100 } });`,
  },
  {
    api: "demo",
    style: "file upload",
    code: `const file = ["192.0.2.1", "192.0.2.2"].join("\\n");
return (await api.post("/access-rules/import", { body: { file, dry_run: true } })).data`,
  },
  {
    api: "demo",
    style: "path with a query",
    code: `return (await api.get("/access-rules?mode=block&limit=10")).data.items`,
  },
  {
    api: "demo",
    style: "typed",
    code: `interface Zone { id: string; name: string }
const zones: Zone[] = (await api.get("/zones")).data.items;
const names = zones.map((zone): string => zone.name);
return names;`,
  },
  { api: "demo", style: "base path written out", code: `return (await api.get("/v1/zones")).data` },
  {
    api: "demo",
    style: "analytics",
    code: `const since = new Date(Date.now() - 3600_000).toISOString();
const { data } = await api.get("/analytics/summary", { query: { since } });
return data;`,
  },
  {
    api: "demo",
    style: "unchecked on purpose",
    code: `await api.post("/zones", { body: { name: "x.example", plan: "pro" }, check: false })`,
  },
  {
    api: "github",
    style: "path parameters",
    code: `const { data } = await api.get("/repos/{owner}/{repo}", { path: { owner: "nodejs", repo: "node" } }); return data.stargazers_count`,
  },
  {
    api: "github",
    style: "concrete path",
    code: `return (await api.get("/repos/nodejs/node/issues", { query: { state: "open", per_page: 100 } })).data.length`,
  },
  {
    api: "github",
    style: "full name in a template string",
    code: `const { data } = await api.get("/search/repositories", { query: { q: "language:zig", sort: "stars" } });
const details = await Promise.all(data.items.slice(0, 3).map((repo) => api.get(\`/repos/\${repo.full_name}/contributors\`)));
return details.map((d) => d.data.length);`,
  },
  {
    api: "github",
    style: "owner and repo",
    code: `const owner = "facebook", repo = "react";
const [issues, pulls] = await Promise.all([
  api.get(\`/repos/\${owner}/\${repo}/issues\`, { query: { labels: "bug", state: "all" } }),
  api.get(\`/repos/\${owner}/\${repo}/pulls\`, { query: { state: "closed", sort: "updated", direction: "desc" } }),
]);
return { issues: issues.data.map((i) => i.title), pulls: pulls.data.map((p) => p.number) };`,
  },
  {
    api: "github",
    style: "create an issue",
    code: `const body = { title: "Broken", labels: ["bug"] };
body.assignees = ["octocat"];
return (await api.post("/repos/{owner}/{repo}/issues", { path: { owner: "o", repo: "r" }, body })).data.number`,
  },
  {
    api: "github",
    style: "full URL",
    code: `return (await api.get("https://api.github.com/users/octocat")).data.followers`,
  },
  {
    api: "github",
    style: "query in a template string",
    code: `const q = encodeURIComponent("repo:o/r is:open"); return (await api.get(\`/search/issues?q=\${q}&per_page=5\`)).data.items`,
  },
  {
    api: "github",
    style: "pages by id",
    code: `const logins = [];
for await (const page of api.pages("/orgs/{org}/members", { path: { org: "github" }, query: { per_page: 100, role: "admin" } }))
  logins.push(...page.data.map((member) => member.login));
return logins;`,
  },
  {
    api: "github",
    style: "ids with slashes",
    code: `return (await api.call("repos/get-content", { path: { owner: "o", repo: "r", path: "README.md" } })).data`,
  },
  {
    api: "github",
    style: "kind in a template string",
    code: `const count = async (kind) => (await api.get(\`/repos/o/r/\${kind}\`, { query: { state: "open" } })).data.length;
return { issues: await count("issues"), pulls: await count("pulls") };`,
  },
  {
    api: "github",
    style: "create a file",
    code: `await api.put("/repos/{owner}/{repo}/contents/{path}", {
  path: { owner: "o", repo: "r", path: "docs/a.md" },
  body: { message: "Add a", content: btoa("hello"), branch: "main" },
});`,
  },
  {
    api: "github",
    style: "update by item",
    code: `const { data: issues } = await api.get("/repos/o/r/issues", { query: { labels: "stale" } });
for (const { number } of issues)
  await api.patch("/repos/{owner}/{repo}/issues/{issue_number}", {
    path: { owner: "o", repo: "r", issue_number: number },
    body: { state: "closed", state_reason: "not_planned" },
  });`,
  },
  {
    api: "github",
    style: "preview header",
    code: `return (await api.get("/repos/o/r/commits", { headers: { accept: "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28" }, query: { author: "me", since: new Date(0) } })).data.map((c) => c.commit.message)`,
  },
  {
    api: "github",
    style: "dispatch with inputs",
    code: `await api.post("/repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches", {
  path: { owner: "o", repo: "r", workflow_id: "ci.yml" },
  body: { ref: "main", inputs: { level: "debug" } },
});`,
  },
  {
    api: "github",
    style: "union body, an array",
    code: `await api.post("/repos/{owner}/{repo}/issues/{issue_number}/labels", { path: { owner: "o", repo: "r", issue_number: 1 }, body: ["bug"] })`,
  },
  {
    api: "github",
    style: "union body, an object",
    code: `await api.post("/repos/{owner}/{repo}/issues/{issue_number}/labels", { path: { owner: "o", repo: "r", issue_number: 1 }, body: { labels: ["bug"] } })`,
  },
  {
    api: "github",
    style: "check run with conclusion",
    code: `const passed = true;
await api.post("/repos/{owner}/{repo}/check-runs", {
  path: { owner: "o", repo: "r" },
  body: { name: "lint", head_sha: "abc", status: "completed", conclusion: passed ? "success" : "failure" },
});`,
  },
  {
    api: "github",
    style: "optional chaining and defaults",
    code: `const options = { state: undefined };
const { data } = await api.get("/repos/o/r/milestones", { query: { state: options.state ?? "all" } });
return data?.[0]?.title ?? null;`,
  },
  {
    api: "github",
    style: "ternary of paths",
    code: `const mine = true; return (await api.get(mine ? "/user/repos" : "/users/octocat/repos", { query: { sort: "updated" } })).data.map((r) => r.full_name)`,
  },
  {
    api: "stripe",
    style: "form body",
    code: `return (await api.post("/v1/customers", { body: { email: "a@example.com", metadata: { plan: "pro" } } })).data.id`,
  },
  {
    api: "stripe",
    style: "nested form",
    code: `const { data: customer } = await api.post("/v1/customers", {
  body: { name: "Ada", address: { line1: "1 Main St", city: "London", country: "GB" }, invoice_settings: { footer: "Thanks" } },
});
await api.post("/v1/subscriptions", { body: { customer: customer.id, items: [{ price: "price_1", quantity: 2 }] } });`,
  },
  {
    api: "stripe",
    style: "deep object",
    code: `return (await api.get("/v1/charges", { query: { created: { gte: 1700000000 }, limit: 100, expand: ["data.customer"] } })).data.data`,
  },
  {
    api: "stripe",
    style: "deep object spelled out",
    code: `return (await api.get("/v1/charges", { query: { "created[gte]": 1700000000, limit: 10 } })).data.data.length`,
  },
  {
    api: "stripe",
    style: "starting_after loop",
    code: `let last;
let total = 0;
while (true) {
  const { data } = await api.get("/v1/invoices", { query: { status: "open", limit: 100, ...(last && { starting_after: last }) } });
  for (const invoice of data.data) total += invoice.amount_due;
  if (!data.has_more) break;
  last = data.data.at(-1).id;
}
return total / 100;`,
  },
  {
    api: "stripe",
    style: "emptied member",
    code: `await api.post("/v1/customers/{customer}", { path: { customer: "cus_1" }, body: { metadata: "", address: "" } })`,
  },
  {
    api: "stripe",
    style: "payment intent",
    code: `const pi = await api.post("/v1/payment_intents", {
  body: { amount: 2000, currency: "eur", automatic_payment_methods: { enabled: true }, capture_method: "manual" },
});
return pi.data.status;`,
  },
  {
    api: "stripe",
    style: "numbers as texts",
    code: `await api.post("/v1/refunds", { body: { charge: "ch_1", amount: "500", reason: "duplicate" } })`,
  },
  {
    api: "stripe",
    style: "recurring price",
    code: `const intervals = ["month", "year"];
for (const interval of intervals)
  await api.post("/v1/prices", { body: { currency: "usd", unit_amount: 1000, recurring: { interval }, product: "prod_1" } });`,
  },
  {
    api: "stripe",
    style: "expanded reference",
    code: `const { data } = await api.get("/v1/charges/{charge}", { path: { charge: "ch_1" }, query: { expand: ["customer"] } }); return typeof data.customer === "string" ? data.customer : data.customer?.id`,
  },
  {
    api: "stripe",
    style: "search",
    code: `return (await api.get("/v1/customers/search", { query: { query: "email:'a@example.com'" } })).data.data`,
  },
  { api: "stripe", style: "delete", code: `await api.delete(\`/v1/customers/\${"cus_1"}\`)` },
  {
    api: "twilio",
    style: "suffix path",
    code: `await api.post("/2010-04-01/Accounts/{AccountSid}/Messages.json", { path: { AccountSid: "AC1" }, body: { To: "+15550001", From: "+15550002", Body: "Hello" } })`,
  },
  {
    api: "twilio",
    style: "suffix in a template string",
    code: `const sid = "AC1";
const { data } = await api.get(\`/2010-04-01/Accounts/\${sid}/Messages.json\`, { query: { PageSize: 50, "DateSent>": "2026-01-01" } });
const [first] = data.messages;
return (await api.get(\`/2010-04-01/Accounts/\${sid}/Messages/\${first.sid}.json\`)).data.status;`,
  },
  {
    api: "twilio",
    style: "odd parameter names",
    code: `return (await api.get("/2010-04-01/Accounts/{AccountSid}/Calls.json", { path: { AccountSid: "AC1" }, query: { Status: "completed", "StartTime>": new Date().toISOString() } })).data.calls`,
  },
  {
    api: "twilio",
    style: "several media",
    code: `await api.call("CreateMessage", { path: { AccountSid: "AC1" }, body: { To: "+1", MessagingServiceSid: "MG1", MediaUrl: ["https://example.com/a.png"], Body: "see" } })`,
  },
  {
    api: "twilio",
    style: "call",
    code: `const from = "+15550002"; for (const to of ["+15550001", "+15550003"]) await api.post("/2010-04-01/Accounts/AC1/Calls.json", { body: { To: to, From: from, Url: "https://example.com/voice" } })`,
  },
  {
    api: "twilio",
    style: "shorthand members",
    code: `const path = { AccountSid: "AC1", Sid: "MM1" }; return (await api.get("/2010-04-01/Accounts/{AccountSid}/Messages/{Sid}.json", { path })).data`,
  },
];
