/**
 * Keeps a local server serving whatever the code that it runs does: notices when its runtime is stuck, bloated or gone,
 * ends that one process, and answers or repeats what was under way. wrangler starts the runtime again over the same
 * storage, whose writes are on disk before they are confirmed.
 */
import { get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { readTraceLine } from "../../gateway/run/trace.ts";
import type { Exchange } from "./exchange.ts";
import { Front } from "./front.ts";
import { judge } from "./judge.ts";
import type { SupervisorLimits } from "./limits.ts";
import { answerLost, type RestartCause } from "./lost.ts";
import { usageOf } from "./processes.ts";
import { findRuntime, killRuntime, type Runtime } from "./runtime.ts";

/** A request that met two restarts is not sent a third time: it may be their cause before any of its code ran. */
const maxAttempts = 3;
/** The last lines of a process that ended by itself are still on their way through wrangler. */
const drainMs = 100;
const pollMs = 20;

interface SupervisorOptions {
  /** Where clients come in. */
  host: string;
  port: number;
  /** Where wrangler listens, on 127.0.0.1. */
  serverPort: number;
  limits: SupervisorLimits;
  /** Process id of wrangler, as it was started here; another one after `startAnew`. */
  wrangler(): number;
  /** Ends wrangler and starts it again over the same storage, for when killing the runtime did not help. */
  startAnew(): Promise<void>;
  /** Told of each restart, in a sentence. */
  report?(sentence: string): void;
}

export interface Supervisor {
  /** Takes each line that the server prints. @returns whether it was meant for the supervisor only */
  line(text: string): boolean;
  stop(): Promise<void>;
}

export async function supervise(options: SupervisorOptions): Promise<Supervisor> {
  const watch = new Watch(options);
  await watch.start();
  return watch;
}

class Watch implements Supervisor {
  readonly #options: SupervisorOptions;
  readonly #front: Front;
  #runtime: Runtime | undefined;
  #restarting: Promise<void> | undefined;
  #question: { askedAt: number; cpuMs: number | undefined } | undefined;
  #stopped = false;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#front = new Front({ port: options.serverPort, wasLost: () => this.#wasLost() });
  }

  async start(): Promise<void> {
    await this.#find();
    await this.#front.listen(this.#options.host, this.#options.port);
    void this.#beat();
  }

  line(text: string): boolean {
    const line = readTraceLine(text);
    if (line) this.#front.note(line);
    return line !== undefined;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#front.release();
    await this.#front.close();
  }

  async #beat(): Promise<void> {
    const { limits } = this.#options;
    for (; !this.#stopped; await sleep(limits.beatMs, undefined, { ref: false })) {
      await this.#restarting;
      const usage = this.#runtime ? await usageOf(this.#runtime.pid) : undefined;
      const known = usage === "gone" ? undefined : usage;
      const busy = this.#front.underWay.length > 0;
      if (!this.#question && busy && usage !== "gone") this.#ask(known?.cpuMs);
      const question = this.#question;
      const verdict = judge(
        {
          alive: usage === undefined ? undefined : usage !== "gone",
          unansweredMs: question ? performance.now() - question.askedAt : 0,
          cpuMs: known && question ? known.cpuMs - (question.cpuMs ?? 0) : known && 0,
          memoryBytes: known?.memoryBytes,
          busy,
        },
        limits,
      );
      if (verdict !== "well" && !this.#stopped) await this.#restart(verdict);
    }
  }

  #ask(cpuMs: number | undefined): void {
    const question = { askedAt: performance.now(), cpuMs };
    this.#question = question;
    // One that broke off is asked anew: a stuck process keeps its connections.
    void this.#answers().then(() => {
      if (this.#question === question) this.#question = undefined;
      return undefined;
    });
  }

  /** Whether the server answers at all. Waits as long as it takes, or until the connection breaks. */
  #answers(port = this.#options.serverPort, signal?: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const asked = get({
        host: "127.0.0.1",
        port,
        path: "/healthz",
        agent: false,
        ...(signal && { signal }),
      });
      asked.once("response", (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      });
      asked.once("error", () => resolve(false));
    });
  }

  /** A request broke off: was it with the runtime, or alone? */
  async #wasLost(): Promise<boolean> {
    for (const afterMs of [0, drainMs]) {
      if (afterMs > 0) await sleep(afterMs);
      if (this.#restarting) return true;
      if (this.#runtime && (await usageOf(this.#runtime.pid)) === "gone") {
        void this.#restart("gone");
        return true;
      }
    }
    return false;
  }

  #restart(cause: RestartCause): Promise<void> {
    this.#restarting ??= this.#doRestart(cause).finally(() => {
      this.#restarting = undefined;
      this.#question = undefined;
    });
    return this.#restarting;
  }

  async #doRestart(cause: RestartCause): Promise<void> {
    const { wrangler, serverPort, startAnew, limits, report } = this.#options;
    const began = performance.now();
    const before = this.#runtime?.pid;
    this.#front.hold();
    const lost = this.#front.underWay;
    for (const exchange of lost) exchange.takeBack();
    if (before !== undefined && cause !== "gone") await killRuntime(before, wrangler(), serverPort);
    await sleep(drainMs);
    const blamed = this.#settle(lost, cause);
    try {
      if (before === undefined || !(await this.#back(before, limits.backMs))) {
        await startAnew();
        await this.#find();
      }
    } finally {
      this.#front.release();
    }
    const after = Math.round(performance.now() - began);
    report?.(`${described[cause]}${blamed}; it was restarted and serves again after ${after} ms.`);
  }

  /** Answers or repeats everything that was under way. @returns whose fault it was, for the report */
  #settle(lost: Exchange[], restartCause: RestartCause): string {
    // Nothing was under way when it was judged worn: what came since then has not made it so.
    const why = restartCause === "worn" ? "gone" : restartCause;
    const runs = lost.filter(({ run }) => run !== undefined).toSorted((a, b) => b.turn - a.turn);
    const [cause] = runs;
    // Memory may have gone to many runs before this one.
    const sure = runs.length === 1 && why === "stuck";
    for (const exchange of lost) {
      if (exchange.mayBeSentAgain && exchange.attempts < maxAttempts) {
        void this.#front.dispatch(exchange);
        continue;
      }
      const part =
        exchange === cause ? ({ role: "cause", why, sure } as const) : ({ role: "beside" } as const);
      exchange.answer(answerLost(exchange.mcp, exchange.run, part, exchange.streaming));
      this.#front.forget(exchange);
    }
    return cause?.run ? ` while the run ${cause.run.runId} was under way` : "";
  }

  /** Until another runtime is there and answers. */
  async #back(before: number, withinMs: number): Promise<boolean> {
    const deadline = performance.now() + withinMs;
    while (performance.now() < deadline && !this.#stopped) {
      await this.#find();
      // Asked itself if it can be: wrangler's proxy tries twice more, with pauses, before it says that it failed.
      const { pid, port } = this.#runtime ?? {};
      if (pid !== undefined && pid !== before && (await this.#answers(port, AbortSignal.timeout(2_000))))
        return true;
      await sleep(pollMs);
    }
    return this.#stopped;
  }

  async #find(): Promise<void> {
    this.#runtime = await findRuntime(this.#options.wrangler(), this.#options.serverPort);
  }
}

const described: Record<RestartCause, string> = {
  stuck: "The server was stuck",
  bloated: "The server took too much memory",
  gone: "The server's process ended",
  worn: "The server had grown over many runs and was idle",
};
