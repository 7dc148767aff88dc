/** Tasks on a real Alertmanager. */
import assert from "node:assert/strict";
import { execute, says, search, type Subject, type Task } from "../task.ts";
import type { Upstreams } from "../upstreams.ts";

interface Silence {
  id: string;
  startsAt: string;
  endsAt: string;
  status: { state: string };
  matchers: { name: string; value: string }[];
  comment: string;
  createdBy: string;
}

const silencesFor = async ({ alertmanager }: Upstreams, alertname: string) =>
  ((await alertmanager("GET", "/silences")) as Silence[]).filter(({ matchers }) =>
    matchers.some(({ value }) => value === alertname),
  );

async function alert({ alertmanager }: Upstreams, labels: Record<string, string>[]) {
  const startsAt = new Date().toISOString();
  await alertmanager(
    "POST",
    "/alerts",
    labels.map((one) => ({ labels: one, startsAt, annotations: { summary: "Look here" } })),
  );
  // It takes alerts in behind its answer.
  for (let tries = 0; tries < 100; tries += 1) {
    const there = (await alertmanager("GET", "/alerts")) as { labels: Record<string, string> }[];
    const isThere = (one: Record<string, string>) =>
      there.some((other) => Object.entries(one).every(([name, value]) => other.labels[name] === value));
    if (labels.every(isThere)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("Alertmanager does not show the alerts");
}

const silence = (alertmanager: Upstreams["alertmanager"], value: string, comment: string) =>
  alertmanager("POST", "/silences", {
    matchers: [{ name: "alertname", value, isRegex: false }],
    startsAt: new Date().toISOString(),
    endsAt: new Date(Date.now() + 3_600_000).toISOString(),
    createdBy: "night shift",
    comment,
  });

const tasks: Task[] = [
  {
    name: "what is firing, by severity",
    ask: "How many alerts of the cluster blue are firing, by severity?",
    prepare: (upstreams) =>
      alert(
        upstreams,
        Array.from({ length: 12 }, (_, at) => ({
          alertname: "DiskFull",
          cluster: "blue",
          instance: `node${at}`,
          severity: at < 5 ? "critical" : "warning",
        })),
      ),
    steps: [
      execute(`const { data } = await api.get("/alerts", { query: { filter: ['cluster="blue"'] } });
const by = {};
for (const alert of data) by[alert.labels.severity] = (by[alert.labels.severity] ?? 0) + 1;
return by`),
    ],
    check: (outcome) => says(outcome, 5, 7),
  },
  {
    name: "silence an alert for two hours",
    ask: "Silence HighLoad on node7 for two hours, because of the upgrade. I am ops@example.com.",
    prepare: (upstreams) => alert(upstreams, [{ alertname: "HighLoad", instance: "node7" }]),
    steps: [
      search(`describe("postSilences")`),
      execute(`const now = Date.now();
const { data } = await api.post("/silences", { body: {
  matchers: [{ name: "alertname", value: "HighLoad", isRegex: false }, { name: "instance", value: "node7", isRegex: false }],
  startsAt: new Date(now).toISOString(), endsAt: new Date(now + 2 * 3600_000).toISOString(),
  createdBy: "ops@example.com", comment: "Upgrade" } });
return data`),
    ],
    async check({ upstreams }) {
      const found = await silencesFor(upstreams, "HighLoad");
      assert.equal(found.length, 1);
      const { matchers, startsAt, endsAt } = found[0]!;
      assert.equal(matchers.length, 2);
      const hours = (Date.parse(endsAt) - Date.parse(startsAt)) / 3_600_000;
      assert.ok(hours > 1.99 && hours < 2.01, `${hours} hours`);
    },
  },
  {
    name: "a silence without what it needs",
    ask: "Silence NoisyDog for an hour. I am the night shift, reason: maintenance.",
    mistakes: 2,
    steps: [
      execute(
        `await api.post("/silences", { body: { matchers: [{ name: "alertname", value: "NoisyDog" }], duration: "1h", comment: "maintenance" } })`,
      ),
      // A name that it does not have.
      execute(`const start = new Date();
const end = addHours(start, 1);
return await api.call("postSilences", { body: { matchers: [{ name: "alertname", value: "NoisyDog", isRegex: false }], startsAt: start, endsAt: end, createdBy: "night shift", comment: "maintenance" } })`),
      execute(`const start = new Date();
const end = new Date(start.getTime() + 3600_000);
const { data } = await api.call("postSilences", { body: { matchers: [{ name: "alertname", value: "NoisyDog", isRegex: false }], startsAt: start, endsAt: end, createdBy: "night shift", comment: "maintenance" } });
return data`),
    ],
    check: async ({ upstreams }) =>
      assert.deepEqual(
        (await silencesFor(upstreams, "NoisyDog")).map(({ createdBy, status }) => [createdBy, status.state]),
        [["night shift", "active"]],
      ),
  },
  {
    name: "end all silences with a word in their comment",
    ask: "The move is over: end all silences whose comment mentions the move.",
    async prepare({ alertmanager }) {
      for (let at = 0; at < 6; at += 1)
        await silence(alertmanager, `Move${at}`, at % 2 === 0 ? "for the move" : "other");
    },
    steps: [
      execute(`const { data } = await api.get("/silences");
const wanted = data.filter((s) => s.status.state === "active" && s.comment.includes("move"));
const done = await each(wanted, (s) => api.delete("/silence/{silenceID}", { path: { silenceID: s.id } }));
return { ended: done.filter((d) => !d.error).length }`),
    ],
    async check(outcome) {
      says(outcome, 3);
      for (let at = 0; at < 6; at += 1)
        assert.deepEqual(
          (await silencesFor(outcome.upstreams, `Move${at}`)).map(({ status }) => status.state),
          [at % 2 === 0 ? "expired" : "active"],
        );
    },
  },
  {
    name: "lengthen a silence",
    ask: "The silence of SlowDisk should last until the end of 2030.",
    prepare: async ({ alertmanager }) => void (await silence(alertmanager, "SlowDisk", "until the new disk")),
    steps: [
      execute(`const { data } = await api.get("/silences", { query: { filter: ['alertname="SlowDisk"'] } });
const { id, matchers, startsAt, createdBy, comment } = data[0];
const changed = await api.post("/silences", { body: { id, matchers, startsAt, endsAt: "2030-12-31T23:59:59Z", createdBy, comment } });
return changed.data`),
    ],
    check: async ({ upstreams }) =>
      assert.match(JSON.stringify(await silencesFor(upstreams, "SlowDisk")), /"endsAt":"2030-12-31T23:59:59/),
  },
  {
    name: "is it healthy",
    ask: "Which version of Alertmanager runs, and how many receivers does it have?",
    steps: [
      execute(`const [status, receivers] = await Promise.all([api.get("/status"), api.get("/receivers")]);
return { version: status.data.versionInfo.version, receivers: receivers.data.length }`),
    ],
    check: (outcome) => says(outcome, 1),
  },
];

export const alertmanager: Subject = { api: "alertmanager", tasks };
