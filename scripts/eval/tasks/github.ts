/** Tasks on a GitHub that is made from its document: 1,200 operations, hundreds of objects. */
import assert from "node:assert/strict";
import { fileOf, shop } from "../mock/github.ts";
import type { Item } from "../mock/store.ts";
import { execute, says, search, type Subject, type Task } from "../task.ts";
import type { Upstreams } from "../upstreams.ts";

const repo = `{ owner: "acme", repo: "shop" }`;

const issues = ({ github }: Upstreams) => github.store.list(`${shop}/issues`)!;
const labelsOf = (issue: Item) => (issue["labels"] as Item[]).map(({ name }) => name);
const issue = (upstreams: Upstreams, number: number) =>
  issues(upstreams).find((one) => one["number"] === number)!;

const tasks: Task[] = [
  {
    name: "count the open bugs of each person",
    ask: "How many open issues with the label bug are there in acme/shop, and who has reported most of them?",
    steps: [
      search(`describe(find("list issues of a repository", { limit: 3 }))`),
      execute(`const issues = await api.pages("/repos/{owner}/{repo}/issues", { path: ${repo}, query: { labels: "bug", state: "open", per_page: 100 } }).all();
const by = {};
for (const issue of issues) by[issue.user.login] = (by[issue.user.login] ?? 0) + 1;
return { open: issues.length, by }`),
    ],
    check(outcome) {
      const open = issues(outcome.upstreams).filter(
        (one) => one["state"] === "open" && labelsOf(one).includes("bug"),
      );
      says(outcome, open.length);
    },
  },
  {
    name: "open an issue, with members of another API first",
    ask: 'Open an issue in acme/shop: "Invoices lack the VAT number", label bug, assigned to ada.',
    mistakes: 1,
    steps: [
      execute(
        `await api.post("/repos/{owner}/{repo}/issues", { path: ${repo}, body: { name: "Invoices lack the VAT number", labels: ["bug"], assignee: ["ada"] } })`,
      ),
      execute(`const { data } = await api.post("/repos/{owner}/{repo}/issues", { path: ${repo}, body: { title: "Invoices lack the VAT number", labels: ["bug"], assignees: ["ada"] } });
return { number: data.number, labels: data.labels.map((l) => l.name), assignees: data.assignees.map((a) => a.login) }`),
    ],
    check({ upstreams }) {
      const [made, ...others] = issues(upstreams).filter(
        ({ title }) => title === "Invoices lack the VAT number",
      );
      assert.deepEqual(
        [labelsOf(made!), (made!["assignees"] as Item[]).map(({ login }) => login), others.length],
        [["bug"], ["ada"], 0],
      );
    },
  },
  {
    name: "label a hundred old issues",
    ask: "Put the label stale on every open issue of acme/shop that was not updated since 2026-06-01, and say how many.",
    steps: [
      search(
        `return [describe("issues/list-for-repo", { members: ["updated_at", "number", "labels"] }), describe("issues/add-labels")]`,
      ),
      execute(`const issues = await api.pages("/repos/{owner}/{repo}/issues", { path: ${repo}, query: { state: "open", per_page: 100 } }).all();
const old = issues.filter((i) => i.updated_at < "2026-06-01");
const done = await each(old, (i) => api.post("/repos/{owner}/{repo}/issues/{issue_number}/labels", { path: { ...${repo}, issue_number: i.number }, body: { labels: ["stale"] } }));
return { labelled: done.filter((d) => !d.error).length, failed: done.filter((d) => d.error).length }`),
    ],
    check(outcome) {
      const old = issues(outcome.upstreams).filter(
        (one) => one["state"] === "open" && String(one["created_at"]) < "2026-06-01",
      );
      assert.ok(old.length > 80, `${old.length} old issues`);
      for (const one of issues(outcome.upstreams))
        assert.equal(labelsOf(one).includes("stale"), old.includes(one), `issue ${String(one["number"])}`);
      says(outcome, old.length);
    },
  },
  {
    name: "pulls without an approval",
    ask: "Which open pull requests of acme/shop that are no drafts have no approving review? Give the numbers.",
    steps: [
      search(
        `describe(["pulls/list", "pulls/list-reviews"], { members: ["number", "draft", "state", "user"] })`,
      ),
      execute(`const pulls = await api.pages("/repos/{owner}/{repo}/pulls", { path: ${repo}, query: { state: "open", per_page: 100 } }).all();
const ready = pulls.filter((p) => !p.draft);
const reviews = await Promise.all(ready.map((p) => api.pages("/repos/{owner}/{repo}/pulls/{pull_number}/reviews", { path: { ...${repo}, pull_number: p.number } }).all()));
return ready.filter((p, i) => !reviews[i].some((r) => r.state === "APPROVED")).map((p) => p.number)`),
    ],
    check(outcome) {
      const pulls = outcome.upstreams.github.store.list(`${shop}/pulls`)!;
      const wanted = pulls.filter(
        ({ number, draft }) =>
          draft !== true &&
          !(outcome.upstreams.github.store.list(`${shop}/pulls/${String(number)}/reviews`) ?? []).some(
            ({ state }) => state === "APPROVED",
          ),
      );
      says(outcome, ...wanted.map(({ number }) => Number(number)));
    },
  },
  {
    name: "correct a word in a file of 300 KB",
    ask: "In CHANGELOG.md of acme/shop, a line says “dyas” instead of “days”. Correct it.",
    steps: [
      search(`describe(["repos/get-content", "repos/create-or-update-file-contents"])`),
      execute(`const path = { ...${repo}, path: "CHANGELOG.md" };
const { data } = await api.get("/repos/{owner}/{repo}/contents/{path}", { path });
const text = new TextDecoder().decode(Uint8Array.from(atob(data.content.replace(/\\n/g, "")), (c) => c.charCodeAt(0)));
const times = text.split("dyas").length - 1;
if (times !== 1) return { times };
const bytes = new TextEncoder().encode(text.replace("dyas", "days"));
let binary = ""; for (const byte of bytes) binary += String.fromCharCode(byte);
const done = await api.put("/repos/{owner}/{repo}/contents/{path}", { path, body: { message: "Correct a word", content: btoa(binary), sha: data.sha } });
return { commit: done.data.commit.sha, size: text.length }`),
    ],
    check() {
      const text = fileOf("CHANGELOG.md")!;
      assert.ok(text.length > 300_000, `${text.length} characters`);
      assert.ok(!text.includes("dyas") && text.includes("the retention is now 30 days"));
      assert.equal(text.split("\n").length, 5_203);
    },
  },
  {
    name: "correct a file without its sha first",
    ask: "README.md of acme/shop says “Teusday”. Correct it.",
    mistakes: 1,
    steps: [
      execute(`const path = { ...${repo}, path: "README.md" };
const { data } = await api.get("/repos/{owner}/{repo}/contents/{path}", { path });
const text = atob(data.content).replace("Teusday", "Tuesday");
await api.put("/repos/{owner}/{repo}/contents/{path}", { path, body: { message: "Correct the day", content: btoa(text) } })`),
      execute(`const path = { ...${repo}, path: "README.md" };
const { data } = await api.get("/repos/{owner}/{repo}/contents/{path}", { path });
const text = atob(data.content).replace("Teusday", "Tuesday");
const done = await api.put("/repos/{owner}/{repo}/contents/{path}", { path, body: { message: "Correct the day", content: btoa(text), sha: data.sha } });
return done.status`),
    ],
    check: () => assert.equal(fileOf("README.md"), "# Shop\n\nThe shop of ACME. Deployed every Tuesday.\n"),
  },
  {
    name: "close duplicates with a comment",
    ask: "Close the issues 7, 14 and 21 of acme/shop as not planned, with the comment “Duplicate of #35”.",
    steps: [
      search(`describe(["issues/update", "issues/create-comment"])`),
      execute(`return await each([7, 14, 21], async (issue_number) => {
  const path = { ...${repo}, issue_number };
  await api.post("/repos/{owner}/{repo}/issues/{issue_number}/comments", { path, body: { body: "Duplicate of #35" } });
  const { data } = await api.patch("/repos/{owner}/{repo}/issues/{issue_number}", { path, body: { state: "closed", state_reason: "not_planned" } });
  return data.state;
})`),
    ],
    check({ upstreams }) {
      for (const number of [7, 14, 21]) {
        const { state, state_reason: reason, comments } = issue(upstreams, number);
        assert.deepEqual([state, reason, comments], ["closed", "not_planned", 1]);
        const [comment, ...more] = upstreams.github.store.list(`${shop}/issues/${number}/comments`)!;
        assert.deepEqual([comment?.["body"], more.length], ["Duplicate of #35", 0]);
      }
    },
  },
  {
    name: "repositories that still use master",
    ask: "Which repositories of the organization acme have master as their default branch and are not archived?",
    steps: [
      // A path that there is not.
      search(`find("list repositories of an organization", { limit: 3 }).map((o) => [o.id, o.path])`),
      execute(`const repos = await api.pages("/orgs/{org}/repos", { path: { org: "acme" }, query: { per_page: 100 } }).all();
return repos.filter((r) => r.default_branch === "master" && !r.archived).map((r) => r.full_name)`),
    ],
    check(outcome) {
      const repositories = outcome.upstreams.github.store.list("/repos/acme")!;
      const wanted = repositories.filter(
        (one) => one["default_branch"] === "master" && one["archived"] !== true,
      );
      assert.ok(wanted.length > 5);
      for (const one of wanted) assert.ok(outcome.answer.includes(String(one["full_name"])));
    },
  },
  {
    name: "run failed workflows again",
    ask: "Run all failed workflow runs of acme/shop on main again.",
    steps: [
      search(
        `describe(find("re-run a failed workflow run; list workflow runs for a repository", { limit: 4 }))`,
      ),
      execute(`const { data } = await api.get("/repos/{owner}/{repo}/actions/runs", { path: ${repo}, query: { branch: "main", per_page: 100 } });
const failed = data.workflow_runs.filter((run) => run.conclusion === "failure" && run.head_branch === "main");
const done = await each(failed, (run) => api.post("/repos/{owner}/{repo}/actions/runs/{run_id}/rerun", { path: { ...${repo}, run_id: run.id } }));
return { again: failed.map((run) => run.id), errors: done.filter((d) => d.error).map((d) => d.error.message) }`),
    ],
    check({ upstreams }) {
      const runs = upstreams.github.store.list(`${shop}/actions/runs`)!;
      const queued = runs.filter(({ status }) => status === "queued");
      assert.equal(queued.length, 4);
      assert.ok(queued.every((run) => run["head_branch"] === "main"));
    },
  },
  {
    name: "a wrong operation, then a label renamed",
    ask: "Rename the label ui of acme/shop to interface and give it the colour 0052cc.",
    mistakes: 1,
    steps: [
      execute(
        `await api.put("/repos/{owner}/{repo}/labels/{label}", { path: { owner: "acme", repo: "shop", label: "ui" }, body: { name: "interface", color: "0052cc" } })`,
      ),
      execute(`const { data } = await api.patch("/repos/{owner}/{repo}/labels/{name}", { path: { owner: "acme", repo: "shop", name: "ui" }, body: { new_name: "interface", color: "0052cc" } });
return data`),
    ],
    check({ upstreams }) {
      const labels = upstreams.github.store.list(`${shop}/labels`)!;
      const renamed = labels.find((label) => label["color"] === "0052cc");
      assert.equal(renamed?.["name"], "interface");
      assert.ok(!labels.some(({ name }) => name === "ui"));
    },
  },
  {
    name: "lists that were fetched before",
    ask: "How many issues of acme/shop are open, and how many of those have no assignee?",
    steps: [
      execute(`state.issues = await api.pages("/repos/{owner}/{repo}/issues", { path: ${repo}, query: { state: "open", per_page: 100 } }).all();
return state.issues.length`),
      execute(
        `return { open: state.issues.length, unassigned: state.issues.filter((i) => i.assignees.length === 0).length }`,
      ),
    ],
    check(outcome) {
      const open = issues(outcome.upstreams).filter((one) => one["state"] === "open");
      const free = open.filter((one) => (one["assignees"] as Item[]).length === 0);
      says(outcome, open.length, free.length);
    },
  },
];

export const github: Subject = { api: "github", tasks };
