import type { RightSnippet } from "./snippet.ts";

/** Programs as agents write them, with what the language has for lists, maps and texts. None may be warned of, let alone blocked. */
export const idioms: RightSnippet[] = [
  {
    api: "demo",
    style: "values of a Set",
    code: `const events = [];
for await (const page of api.pages("/firewall-events", { query: { action: "block", limit: 500 } })) events.push(...page.data.items);
const ips = new Set(events.filter((e) => e.status >= 400).map((e) => e.client_ip));
for (const value of ips) await api.post("/access-rules", { body: { mode: "block", target: { type: "ip", value } } });`,
  },
  {
    api: "demo",
    style: "a Set that was empty",
    code: `const seen = new Set();
const { data } = await api.get("/firewall-events");
for (const e of data.items) seen.add(e.client_ip);
for (const value of seen) await api.post("/access-rules", { body: { mode: "block", target: { type: "ip", value } } });
return [...seen]`,
  },
  {
    api: "demo",
    style: "counters by name",
    code: `const counts = {};
const { data } = await api.get("/firewall-events", { query: { limit: 100 } });
for (const { client_ip, action } of data.items) { counts[client_ip] ??= { total: 0 }; counts[client_ip].total++; counts[client_ip][action] = (counts[client_ip][action] || 0) + 1; }
return Object.entries(counts).sort(([, a], [, b]) => b.total - a.total).slice(0, 3).map(([ip, { total, ...rest }]) => ({ ip, total, rest }));`,
  },
  {
    api: "demo",
    style: "groupBy",
    code: `const { data } = await api.get("/firewall-events");
const by = Object.groupBy(data.items, (e) => e.client_country);
return Object.entries(by).map(([country, list]) => [country, list.length, list[0].client_ip]);`,
  },
  {
    api: "demo",
    style: "Map.groupBy",
    code: `const { data } = await api.get("/firewall-events");
const by = Map.groupBy(data.items, ({ action }) => action);
for (const [action, list] of by) console.log(action, list.map((e) => e.path));
return [...by.keys()]`,
  },
  {
    api: "demo",
    style: "a Map by name",
    code: `const { data: { items } } = await api.get("/zones");
const byName = new Map(items.map((z) => [z.name, z]));
const zone = byName.get("example.com");
const { data } = await api.get("/zones/{zone_id}/dns-records", { path: { zone_id: zone.id } });
return data.items.reduce((sum, r) => ({ ...sum, [r.type]: (sum[r.type] ?? 0) + 1 }), {})`,
  },
  {
    api: "demo",
    style: "allSettled",
    code: `const zones = (await api.get("/zones")).data.items;
const results = await Promise.allSettled(zones.map((z) => api.get("/zones/{zone_id}/settings", { path: { zone_id: z.id } })));
return results.map((r, i) => r.status === "fulfilled" ? { zone: zones[i].name, level: r.value.data.security_level } : { zone: zones[i].name, error: r.reason.message });`,
  },
  {
    api: "demo",
    style: "Promise.all over different lists",
    code: `const [zones, rules, account] = await Promise.all([api.get("/zones"), api.get("/access-rules", { query: { limit: 5 } }), api.get("/account")]);
return { zones: zones.data.items.length, rules: rules.data.items.map((r) => r.target.value), account: account.data }`,
  },
  {
    api: "demo",
    style: "instanceof ApiError",
    code: `try { await api.delete("/access-rules/{access_rule_id}", { path: { access_rule_id: "r1" } }); } catch (error) { if (error instanceof ApiError && error.status === 404) return "gone";
if (error.name === "ApiError") return error.data; throw error; }`,
  },
  {
    api: "demo",
    style: "a caught answer",
    code: `try { return (await api.get("/zones/{zone_id}", { path: { zone_id: "none" } })).data } catch (e) { const { status, data, message } = e;
return { status, message, errors: data?.errors ?? [] } }`,
  },
  {
    api: "demo",
    style: "named groups",
    code: `const { data } = await api.get("/firewall-events");
const re = /^\\/(?<section>[^/]+)\\/(?<rest>.*)$/;
return data.items.map((e) => e.path.match(re)?.groups?.section).filter(Boolean)`,
  },
  {
    api: "demo",
    style: "matchAll",
    code: `const { data } = await api.get("/firewall-events");
return data.items.map((e) => [...e.path.matchAll(/(?<w>\\w+)/g)].map((m) => m.groups.w + m.index).join())`,
  },
  {
    api: "demo",
    style: "Intl",
    code: `const fmt = new Intl.DateTimeFormat("en", { dateStyle: "short" });
const { data } = await api.get("/zones");
return data.items.map((z) => fmt.format(new Date(z.created_at)) + " " + new Intl.NumberFormat("de").format(z.name.length))`,
  },
  {
    api: "demo",
    style: "structuredClone and URLSearchParams",
    code: `const { data } = await api.get("/zones");
const copy = structuredClone(data.items); copy.sort((a, b) => a.name.localeCompare(b.name));
const params = new URLSearchParams({ q: copy[0].name });
const bytes = new TextEncoder().encode(params.toString());
return new TextDecoder().decode(bytes) + btoa(copy[0].id)`,
  },
  {
    api: "demo",
    style: "digest of bytes",
    code: `const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode("x"));
const hex = [...new Uint8Array(hash)].map((b) => b.toString(16).padStart(2, "0")).join("");
await api.post("/zones/{zone_id}/dns-records", { path: { zone_id: "z" }, body: { type: "TXT", name: "a.example.com", content: hex, ttl: Math.max(60, 2) } })`,
  },
  {
    api: "demo",
    style: "an async generator",
    code: `async function* everything(path) { for await (const page of api.pages(path)) yield* page.data.items; } const names = [];
for await (const z of everything("/zones")) names.push(z.name);
return names`,
  },
  {
    api: "demo",
    style: "in parts of two",
    code: `const chunk = (list, size) => Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));
const { data } = await api.get("/zones");
for (const part of chunk(data.items, 2)) await Promise.all(part.map((z) => api.patch("/zones/{zone_id}/settings", { path: { zone_id: z.id }, body: { security_level: "high" } })));`,
  },
  {
    api: "demo",
    style: "entries of a list",
    code: `const { data } = await api.get("/zones");
const ids = data.items.map(({ id }) => id);
for (const [i, id] of ids.entries()) { if (i > 3) break;
await api.get(\`/zones/\${id}/rate-limits\`) } return ids.at(-1).toUpperCase().slice(0, 3)`,
  },
  {
    api: "demo",
    style: "a list or an object",
    code: `const { data } = await api.get("/zones");
const list = Array.isArray(data) ? data : data.items;
return list.length`,
  },
  {
    api: "demo",
    style: "one of several names",
    code: `const res = await api.get("/zones");
const items = res.data.items ?? res.data.results ?? res.data;
return items.length`,
  },
  {
    api: "demo",
    style: "in",
    code: `const { data } = await api.get("/zones");
if ("errors" in data) throw new Error(JSON.stringify(data.errors));
return data.items.length`,
  },
  {
    api: "demo",
    style: "members added",
    code: `const { data } = await api.get("/zones"); data.items.forEach((z) => { z.extra = 1; z["more"] = 2; });
return data.items`,
  },
  {
    api: "demo",
    style: "members added by map",
    code: `const { data } = await api.get("/zones");
return data.items.map((z) => ({ ...z, records: [] })).map((z) => z.records.length)`,
  },
  {
    api: "demo",
    style: "Object.assign",
    code: `const { data } = await api.get("/zones");
const enriched = data.items.map((z) => Object.assign(z, { seen: true }));
return enriched.filter((z) => z.seen)`,
  },
  {
    api: "demo",
    style: "until the cursor ends",
    code: `let cursor = null;
const all = [];
do { const page = await api.get("/firewall-events", { query: cursor ? { cursor } : {} }); all.push(...page.data.items); cursor = page.data.next_cursor; } while (cursor !== null && cursor !== undefined);
return all.length`,
  },
  {
    api: "demo",
    style: "retry",
    code: `const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const retry = async (fn, n = 3) => { try { return await fn(); } catch (e) { if (n === 0) throw e;
await wait(10);
return retry(fn, n - 1); } };
const { data } = await retry(() => api.get("/zones"));
return data.items.length`,
  },
  {
    api: "demo",
    style: "pages all",
    code: `const zones = await api.pages("/zones").all();
return zones.map((z) => z.name)`,
  },
  {
    api: "demo",
    style: "headers",
    code: `const { data, status, headers } = await api.get("/zones");
return { status, type: headers["content-type"], first: data.items[0]?.name, length: headers["content-length"] }`,
  },
  {
    api: "demo",
    style: "headers by name",
    code: `const response = await api.get("/zones");
if (response.status !== 200) throw new Error("no");
return response.headers["x-total"]`,
  },
  {
    api: "demo",
    style: "dates",
    code: `const t = await api.get("/analytics/summary", { query: { since: new Date(Date.now() - 864e5).toISOString() } });
return Object.keys(t.data)`,
  },
  {
    api: "demo",
    style: "old rules deleted",
    code: `const rules = await api.pages("/access-rules", { query: { mode: "block" } }).all();
const old = rules.filter((r) => Date.parse(r.created_at) < Date.now() - 7 * 864e5 || r.notes?.includes("temp"));
await Promise.all(old.map((r) => api.delete("/access-rules/{access_rule_id}", { path: { access_rule_id: r.id } })));
return old.length`,
  },
  {
    api: "demo",
    style: "another name for api",
    code: `const gh = api;
const zones = await gh.get("/zones");
const f = (x) => x.data.items;
return f(zones).map((z) => z.anything)`,
  },
  {
    api: "demo",
    style: "switch",
    code: `const { data } = await api.get("/zones");
switch (data.items[0].status) { case "active": return 1; case "pending": return 2; default: return 3 }`,
  },
  {
    api: "demo",
    style: "find and spread",
    code: `const { data } = await api.get("/zones");
const first = data.items.find((z) => z.name.endsWith(".com"));
return first ? { ...first, ns: first.name_servers.join(", ") } : null`,
  },
  {
    api: "demo",
    style: "destructured list",
    code: `const limit = await api.get("/zones/{zone_id}/rate-limits", { path: { zone_id: "z1" } });
const { items: [first, ...others] } = limit.data;
return [first.requests * 2, others.length]`,
  },
  {
    api: "demo",
    style: "a class with private members",
    code: `class Client { #base; constructor(api) { this.#base = api; } zones() { return this.#base.get("/zones"); } static make(x) { return new Client(x); } } const c = Client.make(api);
return (await c.zones()).data.items.length`,
  },
  {
    api: "demo",
    style: "labels",
    code: `label: for (const z of (await api.get("/zones")).data.items) { for (const ns of z.name_servers) { if (ns === "x") continue label;
if (ns.length > 10) break label; } } return 1`,
  },
  {
    api: "demo",
    style: "reduce into a Map",
    code: `const events = (await api.get("/firewall-events")).data.items;
const top = [...events.reduce((m, e) => m.set(e.client_ip, (m.get(e.client_ip) || 0) + 1), new Map()).entries()].sort((a, b) => b[1] - a[1]);
for (const [value, n] of top) if (n > 100) await api.post("/access-rules", { body: { mode: "block", target: { type: "ip", value }, notes: \`\${n} events\` } });
return top`,
  },
  {
    api: "demo",
    style: "a Map of Sets",
    code: `const events = (await api.get("/firewall-events")).data.items;
const byAsn = new Map();
for (const e of events) { if (!byAsn.has(e.client_asn)) byAsn.set(e.client_asn, new Set()); byAsn.get(e.client_asn).add(e.client_ip); } for (const [asn, ips] of byAsn) for (const ip of ips) await api.post("/access-rules", { body: { mode: "block", target: { type: "ip", value: ip } } });`,
  },
  {
    api: "demo",
    style: "entries of nothing",
    code: `const offenders = Object.entries({}).filter(([, n]) => n > 10).map(([ip]) => ip);
for (const ip of offenders) await api.post("/access-rules", { body: { mode: "block", target: { type: "ip", value: ip } } });`,
  },
  {
    api: "github",
    style: "optional members",
    code: `const { data: repo } = await api.get("/repos/{owner}/{repo}", { path: { owner: "o", repo: "r" } });
return { stars: repo.stargazers_count, license: repo.license?.spdx_id, topics: repo.topics?.join(), parent: repo.parent?.full_name, owner: repo.owner.login }`,
  },
  {
    api: "github",
    style: "issues by author",
    code: `const issues = [];
for await (const { data } of api.pages("/repos/{owner}/{repo}/issues", { path: { owner: "o", repo: "r" }, query: { state: "all", per_page: 100 } })) issues.push(...data.filter((i) => !i.pull_request));
const by = Object.groupBy(issues, (i) => i.user?.login ?? "ghost");
return Object.entries(by).map(([u, l]) => ({ u, n: l.length, labels: [...new Set(l.flatMap((i) => i.labels.map((x) => typeof x === "string" ? x : x.name)))] }))`,
  },
  {
    api: "github",
    style: "search",
    code: `const { data } = await api.get("/search/issues", { query: { q: "is:open is:pr repo:o/r" } });
return data.items.map(({ number, title, user, labels }) => ({ number, title, by: user.login, labels: labels.map((l) => l.name) }))`,
  },
  {
    api: "github",
    style: "time to merge",
    code: `const pulls = (await api.get("/repos/o/r/pulls", { query: { state: "closed", per_page: 100 } })).data.filter((p) => p.merged_at);
const days = pulls.map((p) => (new Date(p.merged_at) - new Date(p.created_at)) / 864e5);
return days.reduce((a, b) => a + b, 0) / days.length`,
  },
  {
    api: "github",
    style: "JSON of a file",
    code: `const { data: file } = await api.get("/repos/{owner}/{repo}/contents/{path}", { path: { owner: "o", repo: "r", path: "package.json" } });
const pkg = JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(file.content), (c) => c.charCodeAt(0))));
return Object.keys(pkg.dependencies ?? {})`,
  },
  {
    api: "github",
    style: "edit of a file",
    code: `const { data: file } = await api.get("/repos/{owner}/{repo}/contents/{path}", { path: { owner: "o", repo: "r", path: "README.md" } });
const text = atob(file.content.replace(/\\n/g, ""));
await api.put("/repos/{owner}/{repo}/contents/{path}", { path: { owner: "o", repo: "r", path: "README.md" }, body: { message: "Edit", content: btoa(text + "!"), sha: file.sha } })`,
  },
  {
    api: "github",
    style: "jobs of failed runs",
    code: `const { data: runs } = await api.get("/repos/{owner}/{repo}/actions/runs", { path: { owner: "o", repo: "r" }, query: { status: "failure", per_page: 20 } });
const jobs = await Promise.all(runs.workflow_runs.map(async (run) => { const { data } = await api.get("/repos/{owner}/{repo}/actions/runs/{run_id}/jobs", { path: { owner: "o", repo: "r", run_id: run.id } });
return data.jobs.filter((j) => j.conclusion === "failure").map((j) => ({ run: run.run_number, job: j.name, step: j.steps?.find((s) => s.conclusion === "failure")?.name })); }));
return jobs.flat()`,
  },
  {
    api: "github",
    style: "a branch from another",
    code: `const { data: ref } = await api.get("/repos/o/r/git/ref/heads/main");
await api.post("/repos/{owner}/{repo}/git/refs", { path: { owner: "o", repo: "r" }, body: { ref: "refs/heads/x", sha: ref.object.sha } })`,
  },
  {
    api: "github",
    style: "members without a name",
    code: `const members = await api.pages("/orgs/{org}/members", { path: { org: "o" } }).all();
const without = [];
for (const { login } of members) { const { data: user } = await api.get("/users/{username}", { path: { username: login } });
if (!user.name) without.push(login); } return without`,
  },
  {
    api: "github",
    style: "commits by author",
    code: `const { data: commits } = await api.get("/repos/o/r/commits", { query: { since: new Date(Date.now() - 7 * 864e5).toISOString() } });
const counts = commits.reduce((acc, c) => { const who = c.author?.login ?? c.commit.author?.name ?? "?"; acc[who] = (acc[who] ?? 0) + 1;
return acc; }, {});
return Object.fromEntries(Object.entries(counts).sort((a, b) => b[1] - a[1]))`,
  },
  {
    api: "github",
    style: "latest release",
    code: `const { data: releases } = await api.get("/repos/o/r/releases");
const latest = releases.find((r) => !r.draft && !r.prerelease) ?? releases[0];
return latest && { tag: latest.tag_name, assets: latest.assets.map((a) => [a.name, a.download_count]) }`,
  },
  {
    api: "github",
    style: "details of branches",
    code: `const { data } = await api.get("/repos/o/r/branches");
const old = data.filter((b) => !b.protected && b.name !== "main");
const details = await Promise.all(old.map((b) => api.get("/repos/{owner}/{repo}/branches/{branch}", { path: { owner: "o", repo: "r", branch: b.name } })));
return details.map(({ data: b }) => ({ name: b.name, at: b.commit.commit.committer?.date }))`,
  },
  {
    api: "github",
    style: "an issue, commented and closed",
    code: `const issue = (await api.post("/repos/o/r/issues", { body: { title: "x", labels: ["bug"] } })).data;
await api.post("/repos/o/r/issues/{issue_number}/comments", { path: { issue_number: issue.number }, body: { body: "Hi @" + issue.user.login } });
await api.patch(\`/repos/o/r/issues/\${issue.number}\`, { body: { state: "closed", state_reason: "completed" } })`,
  },
  {
    api: "github",
    style: "labels that are missing",
    code: `const { data: labels } = await api.get("/repos/o/r/labels");
const names = new Set(labels.map((l) => l.name));
const wanted = new Map([["bug", "ff0000"], ["docs", "00ff00"]]);
for (const [name, color] of wanted) if (!names.has(name)) await api.post("/repos/o/r/labels", { body: { name, color } })`,
  },
  {
    api: "github",
    style: "kinds in a Map",
    code: `const seen = new Map();
for (const kind of ["issues", "pulls"]) { const { data } = await api.get(\`/repos/o/r/\${kind}\`, { query: { state: "open" } }); seen.set(kind, data.map(({ number, title }) => ({ number, title }))); } return Object.fromEntries(seen)`,
  },
  {
    api: "github",
    style: "languages in percent",
    code: `const { data } = await api.get("/repos/o/r/languages");
const total = Object.values(data).reduce((a, b) => a + b, 0);
return Object.entries(data).map(([l, n]) => l + " " + (100 * n / total).toFixed(1))`,
  },
  {
    api: "github",
    style: "rate limit",
    code: `const { data } = await api.get("/rate_limit");
return [data.resources.core.remaining, data.rate.limit, new Date(data.resources.search.reset * 1000)]`,
  },
  {
    api: "github",
    style: "compare",
    code: `const { data } = await api.get("/repos/o/r/compare/a...b");
return data.files?.map((f) => [f.filename, f.additions, f.patch?.length])`,
  },
  {
    api: "stripe",
    style: "sums by currency",
    code: `const charges = await api.pages("/v1/charges", { query: { limit: 100 } }).all();
const sums = charges.filter((c) => c.status === "succeeded" && !c.refunded).reduce((m, c) => m.set(c.currency, (m.get(c.currency) ?? 0) + c.amount), new Map());
return [...sums]`,
  },
  {
    api: "stripe",
    style: "subscriptions of a customer",
    code: `const { data: customers } = await api.get("/v1/customers", { query: { email: "a@example.com" } });
const [customer] = customers.data;
const { data: subs } = await api.get("/v1/subscriptions", { query: { customer: customer.id, status: "all" } });
return subs.data.map((s) => ({ id: s.id, status: s.status, price: s.items.data[0].price?.id, ends: s.cancel_at && new Date(s.cancel_at * 1000).toISOString() }))`,
  },
  {
    api: "stripe",
    style: "expanded or not",
    code: `const { data } = await api.get("/v1/invoices/{invoice}", { path: { invoice: "in_1" }, query: { expand: ["customer", "charge"] } });
const who = typeof data.customer === "string" ? data.customer : data.customer.email;
return { who, total: data.total / 100, lines: data.lines.data.map((l) => l.description) }`,
  },
  {
    api: "stripe",
    style: "a product and its price",
    code: `const product = (await api.post("/v1/products", { body: { name: "Pro", metadata: { tier: 1 } } })).data;
const price = (await api.post("/v1/prices", { body: { product: product.id, unit_amount: 1000, currency: "eur", recurring: { interval: "month", interval_count: 3 } } })).data;
return [product.id, price.recurring.interval]`,
  },
  {
    api: "stripe",
    style: "nested lists",
    code: `const { data: list } = await api.get("/v1/balance_transactions", { query: { type: "charge", created: { gte: Math.floor(Date.now() / 1000) - 86400 } } });
return list.data.map((t) => t.fee_details.map((f) => f.amount)).flat()`,
  },
  {
    api: "stripe",
    style: "fromEntries",
    code: `const { data: balance } = await api.get("/v1/balance");
return Object.fromEntries(balance.available.map((b) => [b.currency, b.amount]))`,
  },
  {
    api: "stripe",
    style: "disputes that are due",
    code: `for await (const { data } of api.pages("/v1/disputes", { query: { limit: 50 } })) for (const d of data.data) if (d.evidence_details.due_by * 1000 < Date.now() + 864e5) await api.post(\`/v1/disputes/\${d.id}\`, { body: { evidence: { customer_name: "x" }, submit: false } })`,
  },
  {
    api: "stripe",
    style: "items of a subscription",
    code: `const { data: sub } = await api.get("/v1/subscriptions/{subscription_exposed_id}", { path: { subscription_exposed_id: "sub_1" } });
await api.post("/v1/subscriptions/{subscription_exposed_id}", { path: { subscription_exposed_id: sub.id }, body: { items: [{ id: sub.items.data[0].id, price: "price_2" }], proration_behavior: "none" } })`,
  },
];
