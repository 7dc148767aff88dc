import { WorkerEntrypoint } from "cloudflare:workers";
import type { LastingState } from "../../terms/lasting.ts";
import { logEvent } from "../../terms/log.ts";
import type { Reach } from "../../terms/scopes.ts";
import { isOnTheWay } from "./on-the-way.ts";
import type { Begun, ProgramCall } from "./programs/programs-ledger.ts";

interface RecallProps {
  userId: string;
  /** A result is asked for with the grant of it alone, a program with the accounts too. */
  reach: Reach;
  /** Which run of which code may end and begin runs; absent for `search` and plans, which change nothing. */
  acting?: ProgramCall["acting"];
}

/** How long `recall` waits for a run in the background, and how often it looks. */
const waitMs = 15_000;
const lookEveryMs = 250;

/**
 * Gives an isolate the results of one user's runs, and nothing else of the ledger. A result belongs to the connection too:
 * a run that was granted what this one was not may have read what this one may not.
 */
export class Recall extends WorkerEntrypoint<Env, RecallProps> {
  /** The result as JSON text; of a run in the background that goes on, after a while, how far it is. */
  async recall(runId: string): Promise<string | null> {
    const { reach } = this.ctx.props;
    const found = await this.#asking(async (ledger) => {
      const lasting = await this.#untilEnded(String(runId));
      if (lasting) return { text: progressOf(String(runId), lasting) };
      const text = await this.#resultOf(ledger, String(runId));
      return text === null ? { failure: await ledger.failureOf(String(runId), reach) } : { text };
    });
    if (found.failure) throw new Error(found.failure);
    return found.text ?? null;
  }

  /** Ends a run in the background. */
  async cancel(runId: string): Promise<string> {
    if (!this.ctx.props.acting)
      throw new Error("search and a plan end no run: use recall(runId).cancel() in execute, without plan.");
    return this.#asking(async (ledger) =>
      JSON.stringify({
        canceled: await ledger.cancelLasting(
          String(runId),
          "The run was canceled by code.",
          this.ctx.props.reach,
        ),
      }),
    );
  }

  /** Begins a run of a kept program. @throws why it was not begun */
  async run(name: string, input: string | undefined, time: number): Promise<string> {
    const { acting, reach } = this.ctx.props;
    if (!acting)
      throw new Error("search and a plan run no programs: use run(name, input) in execute, without plan.");
    const given = {
      name: String(name),
      ...(input !== undefined && { input: String(input) }),
      time: Number(time),
      acting,
      reach,
    };
    const { runId, refused } = await this.#asking<Begun>((ledger) => ledger.runProgram(given));
    if (runId === undefined) throw new Error(refused);
    return runId;
  }

  /** A client may ask for what it was answered a moment ago, whose record is written behind the answer. */
  async #resultOf(ledger: ReturnType<Env["LEDGER"]["getByName"]>, runId: string): Promise<string | null> {
    for (const begunMs = Date.now(); ;) {
      const mayCome = isOnTheWay(runId) && Date.now() - begunMs < waitMs;
      const text = await ledger.recall(runId, this.ctx.props.reach);
      if (text !== null || !mayCome) return text;
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    }
  }

  async #untilEnded(runId: string): Promise<LastingState | null> {
    const { userId, reach } = this.ctx.props;
    for (const begunMs = Date.now(); ;) {
      const lasting = await this.env.LEDGER.getByName(userId).lastingState(runId, reach);
      const left = begunMs + waitMs - Date.now();
      if (!lasting || left <= 0 || lasting.link !== undefined) return lasting;
      if (lasting.untilMs !== undefined && lasting.untilMs - Date.now() > left) return lasting;
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    }
  }

  async #asking<T>(ask: (ledger: ReturnType<Env["LEDGER"]["getByName"]>) => Promise<T>): Promise<T> {
    try {
      return await ask(this.env.LEDGER.getByName(this.ctx.props.userId));
    } catch (error) {
      logEvent("isogate.recall.failed", {}, error);
      // oxlint-disable-next-line preserve-caught-error -- it goes to the model's code; the store's words are for the log
      throw new Error(
        "What is kept of earlier runs and programs cannot be read right now. Try again in a moment.",
      );
    }
  }
}

function progressOf(running: string, { state, untilMs, link, requests }: LastingState): string {
  return JSON.stringify({
    running,
    state,
    ...(untilMs !== undefined && { until: new Date(untilMs).toISOString() }),
    ...(link !== undefined && { waitsForTheUserAt: link }),
    requests,
  });
}
