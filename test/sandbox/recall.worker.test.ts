/** Earlier results in a run: the host reads and copies each, so a run gets them one after the other, and not without end. */
import { env, exports } from "cloudflare:workers";
import { expect, it } from "vitest";
import { record } from "../store/ledger/sample.ts";
import { valueOf } from "./running.ts";

const recall = () =>
  exports.Recall({ props: { userId: "rita", reach: { access: { demo: ["read" as const] } } } });

it("reads so much of earlier results and no more", async () => {
  const large = JSON.stringify("x".repeat(6_000_000));
  await env.LEDGER.getByName("rita").endRun(record({ runId: "rlarge" }), large);
  const read = await valueOf(
    `const chars = [];
     let said;
     try { for (let n = 0; n < 30; n++) chars.push((await recall("rlarge")).length) } catch (error) { said = error.message }
     return { times: chars.length, same: chars.every((one) => one === 6_000_000), said }`,
    { env: { RECALL: recall() } },
  );
  expect(read).toEqual({
    times: 17,
    same: true,
    said: expect.stringMatching(
      /^A run reads at most 100 million characters of earlier results, and this one has read 102\d+\. Recall a result once/,
    ) as string,
  });
});

it("gives all that are asked for at once, in their order", async () => {
  for (const n of [1, 2, 3]) await env.LEDGER.getByName("rita").endRun(record({ runId: `r${n}` }), String(n));
  const read = await valueOf(
    `return Promise.all(["r3", "r1", "none", "r2"].map((id) => recall(id).catch((error) => error.message)))`,
    { env: { RECALL: recall() } },
  );
  expect(read).toEqual([3, 1, 'There is no result of a run "none" (any more): run it again.', 2]);
});
