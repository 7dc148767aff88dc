/** Alertmanager: Swagger 2.0 without a host and without a word about its basic authentication. */
import { expect, inject, it } from "vitest";
import type { ApiFile } from "../../src/terms/api-file.ts";
import { execute } from "../gateway/running.ts";

const { url, document } = inject("alertmanager");
const signed: Partial<ApiFile> = {
  auth: { schemes: { login: { type: "http", scheme: "basic" } }, security: [{ login: [] }] },
  credential: { from: "shared", secrets: { login: "ALERTMANAGER_LOGIN" } },
};
const running = (file: Partial<ApiFile> = signed) => ({
  document: JSON.parse(document) as Record<string, unknown>,
  file: { server: url, ...file },
});

it("raises an alert, finds it by a list of filters, silences it and ends the silence", async () => {
  const ran = await execute(
    `const now = Date.now();
     const posted = await api.post("/alerts", { body: [{ labels: { alertname: "Hot", room: "1" }, startsAt: new Date(now) }] });
     let found = [];
     for (let tries = 0; tries < 40 && found.length === 0; tries += 1) {
       await new Promise((resolve) => setTimeout(resolve, 50));
       found = (await api.get("/alerts", { query: { filter: ['alertname="Hot"', 'room="1"'], active: true } })).data;
     }
     const { data: { silenceID } } = await api.post("/silences", { body: {
       matchers: [{ name: "alertname", value: "Hot", isRegex: false }], startsAt: new Date(now), endsAt: new Date(now + 60_000),
       createdBy: "test", comment: "quiet",
     } });
     const silence = await api.get("/silence/{silenceID}", { path: { silenceID } });
     const ended = await api.delete("/silence/{silenceID}", { path: { silenceID } });
     const after = await api.call("getSilence", { path: { silenceID } });
     return [posted.status, found[0]?.labels, silence.data.status.state, ended.status, after.data.status.state];`,
    running(),
  );
  expect(ran.failure).toBeUndefined();
  expect(ran.value).toEqual([200, { alertname: "Hot", room: "1" }, "active", 200, "expired"]);
});

it("tells a code without a credential who has to do what", async () => {
  const ran = await execute(`await api.get("/status")`, running({}));
  expect(ran.failure).toMatchObject({ kind: "upstream-error", status: 401 });
  expect((ran.failure as { hint: string }).hint).toContain("Code cannot set Authorization");
});
