/** GitHub, played from its document: what the tasks of `npm run eval` are checked against. */
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { fileOf, githubToken, shop, startGithub } from "../../../scripts/eval/mock/github.ts";
import type { RestMock } from "../../../scripts/eval/mock/rest-mock.ts";
import { prepareApi, readApiFile, specsFolder } from "../../../src/cli/apis.ts";

let mock: RestMock;
beforeAll(async () => {
  mock = await startGithub((await prepareApi(await readApiFile(join(specsFolder, "github.jsonc")))).opened);
});
afterAll(() => mock.close());

async function send(method: string, path: string, body?: unknown, token = githubToken) {
  const response = await fetch(mock.url + path, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    link: response.headers.get("link"),
    // oxlint-disable-next-line typescript/no-explicit-any -- each test knows what it asked for
    data: (text === "" ? undefined : JSON.parse(text)) as any,
  };
}

it("lists with the filters, defaults and pages of the document", async () => {
  const first = await send("GET", `${shop}/issues?labels=bug`);
  expect(first.data).toHaveLength(20);
  expect(first.data.every((one: { state: string }) => one.state === "open")).toBe(true);
  const page = await send("GET", `${shop}/issues?state=all&per_page=100&page=2`);
  expect(page.data).toHaveLength(100);
  expect(page.link).toMatch(/page=3>; rel="next"/);
  expect((await send("GET", `${shop}/issues?state=all&per_page=100&page=3`)).link).toBeNull();
  const wrapped = await send("GET", `${shop}/actions/runs?per_page=5`);
  expect([wrapped.data.total_count, wrapped.data.workflow_runs.length]).toEqual([40, 5]);
});

it("makes, changes and removes, with the statuses of the document", async () => {
  expect((await send("POST", `${shop}/issues`, { body: "no title" })).status).toBe(422);
  const made = await send("POST", `${shop}/issues`, { title: "New", labels: ["ui"] });
  expect([made.status, made.data.state, made.data.labels[0].color]).toEqual([201, "open", "ededed"]);
  const path = `${shop}/issues/${made.data.number}`;
  const closed = await send("PATCH", path, { state: "closed" });
  expect([closed.status, closed.data.closed_at === null]).toEqual([200, false]);
  await send("POST", `${path}/labels`, { labels: ["bug"] });
  await send("DELETE", `${path}/labels/ui`);
  expect((await send("GET", `${path}/labels`)).data.map(({ name }: { name: string }) => name)).toEqual([
    "bug",
  ]);
  expect((await send("POST", `${path}/comments`, { body: "Hello" })).status).toBe(201);
  expect((await send("GET", path)).data.comments).toBe(1);
  expect((await send("PUT", `${path}/lock`, { lock_reason: "spam" })).status).toBe(204);
  expect((await send("GET", path)).data.locked).toBe(true);
  expect((await send("DELETE", `${shop}/labels/docs`)).status).toBe(204);
  expect((await send("GET", `${shop}/labels/docs`)).status).toBe(404);
});

it("writes a file only over the one that was read", async () => {
  const { data } = await send("GET", `${shop}/contents/README.md`);
  const content = Buffer.from("# New\n").toString("base64");
  expect((await send("PUT", `${shop}/contents/README.md`, { message: "x", content })).status).toBe(409);
  expect(
    (await send("PUT", `${shop}/contents/README.md`, { message: "x", content, sha: data.sha })).status,
  ).toBe(200);
  expect(fileOf("README.md")).toBe("# New\n");
});

it("answers nobody without its token, and nothing that is not in the document", async () => {
  expect((await send("GET", `${shop}/issues`, undefined, "another")).status).toBe(401);
  expect((await send("GET", `${shop}/nothing`)).status).toBe(404);
  expect((await send("GET", "/repos/acme/nothing/issues")).status).toBe(404);
});
