/** An organization `acme` on a GitHub that is played from its document: a shop with 240 issues, 57 repositories, a long file. */
import { createHash } from "node:crypto";
import type { OpenedCatalog } from "../../../src/spec/catalog.ts";
import { startRestMock, type Played, type RestMock } from "./rest-mock.ts";
import { parentOf, type Item } from "./store.ts";

export const githubToken = "planted-github-token";

export const shop = "/repos/acme/shop";

/** Lines of the changelog of the shop: about 300 KB. */
const changelogLines = 5_200;

const files = new Map<string, string>();

/** What stands in a file of the shop. */
export const fileOf = (path: string) => files.get(path);

const shaOf = (text: string) => createHash("sha1").update(text).digest("hex");

const played: Played = {
  token: githubToken,
  aliases: { "/orgs/acme/repos": "/repos/acme" },
  stored(member, value, path, store) {
    const repository = path.split("/").slice(0, 4).join("/");
    const named = (list: string, key: string, name: unknown): Item =>
      store.list(`${repository}/${list}`)?.find((item) => item[key] === name) ?? { [key]: name };
    const inList = Array.isArray(value) ? (value as unknown[]) : undefined;
    if (member === "labels" && inList)
      return inList.map((one) =>
        named("labels", "name", typeof one === "string" ? one : (one as Item)["name"]),
      );
    if (member === "assignees" && inList) return inList.map((login) => ({ login, type: "User" }));
    if (member === "milestone" && typeof value === "number") return named("milestones", "number", value);
    return value;
  },
  derived(item, path, now, isNew) {
    const place = `https://github.com${path.replace(/^\/repos/, "")}/${String(item["number"] ?? item["id"])}`;
    return {
      ...(isNew && "state" in item && { state: "open", closed_at: null }),
      ...(!isNew && "closed_at" in item && { closed_at: item["state"] === "closed" ? now : null }),
      ...(isNew && "html_url" in item && { html_url: place }),
      ...(isNew && "comments" in item && { comments: 0 }),
    };
  },
  actions: {
    "repos/get-content": ({ path }) => {
      const name = decodeURIComponent(path.slice(`${shop}/contents/`.length));
      const text = path.startsWith(`${shop}/contents/`) ? files.get(name) : undefined;
      if (text === undefined) return { status: 404, body: { message: "Not Found", status: "404" } };
      const content = Buffer.from(text).toString("base64").replaceAll(/.{60}/g, "$&\n");
      return {
        status: 200,
        body: {
          type: "file",
          encoding: "base64",
          size: text.length,
          name,
          path: name,
          sha: shaOf(text),
          content,
          html_url: `https://github.com/acme/shop/blob/main/${name}`,
        },
      };
    },
    "repos/create-or-update-file-contents": ({ path, body }) => {
      const name = decodeURIComponent(path.slice(`${shop}/contents/`.length));
      const before = files.get(name);
      if (before !== undefined && body["sha"] !== shaOf(before))
        return {
          status: 409,
          body: { message: `${name} does not match ${String(body["sha"])}`, status: "409" },
        };
      const text = Buffer.from(String(body["content"]), "base64").toString();
      files.set(name, text);
      return {
        status: before === undefined ? 201 : 200,
        body: {
          content: { name, path: name, sha: shaOf(text), size: text.length },
          commit: { sha: shaOf(`${text} `), message: body["message"] },
        },
      };
    },
    "actions/re-run-workflow": ({ path }, store) => {
      const run = store.item(parentOf(path));
      if (!run) return { status: 404, body: { message: "Not Found" } };
      Object.assign(run, { status: "queued", conclusion: null });
      return { status: 201, body: {} };
    },
    "issues/update-label": ({ path, body }, store) => {
      const label = store.item(path, "name");
      if (!label) return { status: 404, body: { message: "Not Found" } };
      const { new_name: name = label["name"], ...others } = body;
      return { status: 200, body: Object.assign(label, others, { name }) };
    },
    "issues/lock": ({ path, body }, store) => locking(store.item(parentOf(path)), true, body),
    "issues/unlock": ({ path, body }, store) => locking(store.item(parentOf(path)), false, body),
  },
};

function locking(issue: Item | undefined, locked: boolean, body: Item) {
  if (!issue) return { status: 404, body: { message: "Not Found" } };
  Object.assign(issue, { locked, active_lock_reason: locked ? (body["lock_reason"] ?? null) : null });
  return { status: 204 };
}

export async function startGithub(catalog: OpenedCatalog): Promise<RestMock> {
  const mock = await startRestMock(catalog, played);
  const { add } = mock;
  files.clear();
  files.set("CHANGELOG.md", changelog());
  files.set("README.md", "# Shop\n\nThe shop of ACME. Deployed every Teusday.\n");
  for (let at = 1; at <= 57; at += 1)
    add("/repos/acme", {
      name: at === 1 ? "shop" : `service-${at}`,
      full_name: at === 1 ? "acme/shop" : `acme/service-${at}`,
      archived: at % 9 === 0,
      private: at % 2 === 0,
      default_branch: at % 5 === 0 ? "master" : "main",
      pushed_at: `2026-${String(1 + (at % 11)).padStart(2, "0")}-10T08:00:00Z`,
      description: at % 4 === 0 ? null : `Service number ${at}`,
      topics: at % 6 === 0 ? ["deprecated"] : [],
    });
  const people = ["ada", "bob", "cyd", "dee", "eve"];
  for (const login of people) add("/orgs/acme/members", { login, type: "User" });
  const labels = ["bug", "feature", "docs", "ui", "payments", "question", "stale"];
  for (const name of labels)
    add(`${shop}/labels`, { name, color: "ededed", description: name === "stale" ? null : `About ${name}` });
  for (const title of ["1.0", "1.1", "2.0"]) add(`${shop}/milestones`, { title });
  const milestones = mock.store.list(`${shop}/milestones`)!;
  for (let at = 1; at <= 240; at += 1) {
    const day = new Date(Date.parse("2026-01-01T00:00:00Z") + at * 86_400_000 * 1.3).toISOString();
    const created = day.replace(/\.\d+/, "");
    const issue = add(`${shop}/issues`, {
      title: `${at % 7 === 0 ? "Checkout fails" : "Problem"} ${at}`,
      body: `Seen on page ${at}. `.repeat(12),
      user: { login: people[at % 5], type: "User" },
      labels: [labels[at % 6]!, ...(at % 10 === 0 ? ["payments"] : [])]
        .filter((name, index, all) => all.indexOf(name) === index)
        .map((name) => mock.store.list(`${shop}/labels`)!.find((label) => label["name"] === name)!),
      assignees: at % 3 === 0 ? [{ login: people[at % 4], type: "User" }] : [],
      assignee: at % 3 === 0 ? { login: people[at % 4], type: "User" } : null,
      milestone: at % 8 === 0 ? milestones[at % 3]! : null,
      created_at: created,
      updated_at: created,
      locked: false,
      pull_request: undefined,
    });
    if (at % 4 === 0) Object.assign(issue, { state: "closed", closed_at: created });
    if (at % 20 === 0)
      for (let number = 1; number <= 3; number += 1)
        add(`${shop}/issues/${at}/comments`, {
          body: `Comment ${number} on ${at}`,
          user: { login: people[number], type: "User" },
        });
    issue["comments"] = at % 20 === 0 ? 3 : 0;
  }
  for (let at = 1; at <= 48; at += 1) {
    const pull = add(`${shop}/pulls`, {
      title: `Change ${at}`,
      user: { login: people[at % 5], type: "User" },
      draft: at % 6 === 0,
      requested_reviewers: [],
    });
    for (let review = 0; review < at % 3; review += 1)
      add(`${shop}/pulls/${String(pull["number"])}/reviews`, {
        state: at % 2 === 0 ? "APPROVED" : "CHANGES_REQUESTED",
        user: { login: people[(at + review + 1) % 5], type: "User" },
      });
  }
  for (let at = 1; at <= 40; at += 1)
    add(`${shop}/actions/runs`, {
      name: at % 2 === 0 ? "test" : "deploy",
      status: "completed",
      conclusion: at % 8 === 0 ? "failure" : "success",
      head_branch: at % 5 === 0 ? "master" : "main",
      event: "push",
    });
  for (let at = 1; at <= 6; at += 1)
    add(`${shop}/releases`, {
      tag_name: `v1.${at}.0`,
      name: `1.${at}.0`,
      draft: false,
      prerelease: at === 6,
    });
  return mock;
}

function changelog(): string {
  const lines = Array.from(
    { length: changelogLines },
    (_, at) => `- Change number ${at}: something was made better in part ${at % 37}.`,
  );
  lines[3_000] = "- Change number 3000: the retention is now 30 dyas.";
  return `# Changelog\n\n${lines.join("\n")}\n`;
}
