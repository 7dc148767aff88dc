/**
 * Where the time of one warm call goes: the stages that the Worker tells of (src/terms/stages.ts), by the time that the
 * runtime writes beside each line.
 */
import { prepareApi, type ConfiguredApi } from "../../src/cli/apis.ts";
import { freePort, startLocalServer } from "../../src/cli/server/local-server.ts";
import { supervisorLimits } from "../../src/cli/supervisor/limits.ts";
import { readStage, stages, type Stage } from "../../src/terms/stages.ts";
import { logIn } from "../../test/setup/connect.ts";
import { lower, type Figures } from "./figure.ts";
import { withFolder } from "./server.ts";

/** What goes on until a stage has been reached. */
const namesUntil: Record<Stage | "received", string> = {
  arrived: "front",
  listed: "manifest",
  admitted: "login",
  called: "protocol",
  parsed: "parse",
  checked: "check",
  shipped: "ship",
  entered: "isolate",
  asked: "codeBefore",
  sent: "gatewayOut",
  answered: "upstream",
  returned: "gatewayBack",
  ended: "codeAfter",
  replied: "reply",
  received: "answer",
  recorded: "record",
};

/** Calls that are not counted, and those that are. */
const warmUp = 20;
const counted = 30;
const thinkingMs = 60;

export interface StagedCall {
  kind: string;
  /** @param url of the endpoint @param token of its client @throws Error if it failed */
  send(url: string, token: string): Promise<void>;
}

const now = () => performance.timeOrigin + performance.now();

/** Of times that were taken in whole milliseconds, it says more than the median. */
const mean = (times: number[]) => times.reduce((sum, time) => sum + time, 0) / times.length;

/** @param api with the server and the credential that it is called with */
export async function stagesOf(
  api: ConfiguredApi,
  secrets: Record<string, string>,
  calls: readonly StagedCall[],
): Promise<Figures> {
  const prepared = await prepareApi(api);
  let told: [name: Stage | "received", atMs: number][] = [];
  return withFolder(async (stateFolder) => {
    const server = await startLocalServer({
      host: "127.0.0.1",
      port: await freePort(),
      apis: [prepared],
      secrets: { ...secrets, STAGES: "true" },
      stateFolder,
      supervised: { limits: supervisorLimits },
      onLine: (line, atMs) => {
        const stage = readStage(line);
        if (stage !== undefined) told.push([stage, atMs]);
      },
    });
    try {
      const url = new URL("/mcp", server.origin);
      const token = (await logIn(url, [], "bench")).tokens()?.access_token ?? "";
      const figures: Figures = {};
      for (const { kind, send } of calls) {
        const took = new Map<string, number[]>();
        for (let turn = 0; turn < warmUp + counted; turn++) {
          told = [];
          const began = now();
          await send(url.href, token);
          told.push(["received", now()]);
          // Its record is written behind the answer.
          await new Promise((resolve) => setTimeout(resolve, thinkingMs));
          if (turn < warmUp) continue;
          let before = began;
          // The runtime tells whole milliseconds: the first line may seem to have been written before the call.
          for (const [stage, atMs] of told.toSorted(([, one], [, other]) => one - other)) {
            const name = namesUntil[stage];
            took.set(name, [...(took.get(name) ?? []), atMs - before]);
            before = atMs;
          }
        }
        for (const stage of [...stages.slice(0, -1), "received", "recorded"] as const) {
          const times = took.get(namesUntil[stage]);
          if (times) figures[`${kind}.stage.${namesUntil[stage]}`] = lower(mean(times), "ms");
        }
      }
      return figures;
    } finally {
      await server.stop();
    }
  });
}
