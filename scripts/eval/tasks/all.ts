/** Tasks that need several APIs at once. */
import assert from "node:assert/strict";
import { execute, says, search, type Subject, type Task } from "../task.ts";

const tasks: Task[] = [
  {
    name: "a zone of one API in the other",
    ask: "Copy the A records of harborlight-journal.example from the edge platform into a new PowerDNS zone of the same name with name server ns1.example.net.",
    mistakes: 1,
    steps: [
      search(`describe(find("list DNS records; create a zone", { limit: 4 }))`),
      // Forgets that there are several APIs.
      execute(`const zones = await api.get("/zones"); return zones.data`),
      execute(`const { data } = await apis.demo.get("/zones", { query: { name: "harborlight-journal.example" } });
const records = await apis.demo.pages("/zones/{zone_id}/dns-records", { path: { zone_id: data.items[0].id }, query: { type: ["A"] } }).all();
const made = await apis.powerdns.post("/servers/{server_id}/zones", { path: { server_id: "localhost" }, body: {
  name: "harborlight-journal.example.", kind: "Native", nameservers: ["ns1.example.net."],
  rrsets: records.map((r) => ({ name: r.name + ".", type: "A", ttl: r.ttl, changetype: "REPLACE", records: [{ content: r.content, disabled: false }] })),
} });
return { records: records.length, zone: made.data.name }`),
    ],
    async check({ upstreams }) {
      const zone = (await upstreams.powerdns(
        "GET",
        "/servers/localhost/zones/harborlight-journal.example.",
      )) as { rrsets: { type: string; records: { content: string }[] }[] };
      assert.deepEqual(
        zone.rrsets.filter(({ type }) => type === "A").flatMap(({ records }) => records),
        [{ content: "192.0.2.30", disabled: false }],
      );
    },
  },
  {
    name: "an issue for each critical alert",
    ask: "Open an issue in acme/shop for every critical alert of the cluster red, titled “<alertname> on <instance>”, label bug.",
    async prepare({ alertmanager }) {
      const startsAt = new Date().toISOString();
      const labels = ["web1", "web2", "web3"].map((instance) => ({
        alertname: "TooSlow",
        cluster: "red",
        instance,
        severity: instance === "web3" ? "warning" : "critical",
      }));
      await alertmanager(
        "POST",
        "/alerts",
        labels.map((one) => ({ labels: one, startsAt })),
      );
      for (let tries = 0; tries < 100; tries += 1) {
        const there = JSON.stringify(await alertmanager("GET", "/alerts"));
        if (there.includes("web3")) return;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    steps: [
      search(
        `describe([find("list alerts", { api: "alertmanager", limit: 1 })[0], find("create an issue", { api: "github", limit: 1 })[0]])`,
      ),
      execute(`const { data: alerts } = await apis.alertmanager.get("/alerts", { query: { filter: ['cluster="red"', 'severity="critical"'] } });
const made = await each(alerts, async ({ labels }) => (await apis.github.post("/repos/{owner}/{repo}/issues", {
  path: { owner: "acme", repo: "shop" }, body: { title: labels.alertname + " on " + labels.instance, labels: ["bug"] } })).data.number);
return { alerts: alerts.length, made: made.map((m) => m.value ?? m.error.message) }`),
    ],
    check(outcome) {
      const titles = outcome.upstreams.github.store
        .list("/repos/acme/shop/issues")!
        .map(({ title }) => String(title))
        .filter((title) => title.startsWith("TooSlow"));
      assert.deepEqual(titles.toSorted(), ["TooSlow on web1", "TooSlow on web2"]);
      says(outcome, 2);
    },
  },
];

export const all: Subject = { api: "all", tasks };
