/**
 * Keeps a local server serving, whatever the model's code does. It notices when the runtime is stuck, bloated or gone,
 * ends that one process, and answers or repeats the requests under way. wrangler restarts the runtime over the same
 * storage, which confirms a write only when it is on disk.
 */
import { get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { readTraceLine } from "../../gateway/run/trace.ts";
import { isLoopbackHost } from "../../terms/loopback.ts";
import type { Exchange } from "./exchange.ts";
import { Door } from "./door.ts";
import { Front } from "./front.ts";
import { judge } from "./judge.ts";
import type { SupervisorLimits } from "./limits.ts";
import { answerLost, type RestartCause } from "./lost.ts";
import { usageOf } from "./processes.ts";
import { findRuntime, killRuntime, type Runtime } from "./runtime.ts";

/** A request that met two restarts is not sent a third time: it may cause them before any of its code runs. */
const maxAttempts = 3;
/** After a process ends by itself, its last lines take this long through wrangler. */
const drainMs = 100;
const pollMs = 20;

interface SupervisorOptions {
  /** Where clients connect. */
  host: string;
  port: number;
  /** wrangler's own port on 127.0.0.1. */
  serverPort: number;
  limits: SupervisorLimits;
  /** Process id of our own wrangler; another one after `restartAll`. */
  wrangler(): number;
  /** Ends wrangler and starts it again over the same storage, if killing the runtime did not help. */
  restartAll(): Promise<void>;
  /** Called with a sentence about each restart. */
  report?(sentence: string): void;
}

export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #front: Front;
  readonly #door: Door;
  #runtime: Runtime | undefined;
  #restarting: Promise<void> | undefined;
  #question: { askedAt: number; cpuMs: number | undefined } | undefined;
  #stopped = false;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#door = new Door(options.port);
    this.#front = new Front({ port: options.serverPort, wasLost: () => this.#wasLost() }, this.#door);
  }

  async start(): Promise<void> {
    await this.#find();
    const { host, port } = this.#options;
    await this.#door.listen(isLoopbackHost(host) ? host : "127.0.0.1");
    await this.#front.listen(host, port);
    void this.#beat();
  }

  /** Takes each line that the server prints. @returns whether it was meant for the supervisor only */
  line(text: string): boolean {
    const line = readTraceLine(text);
    if (line) this.#front.note(line);
    return line !== undefined;
  }

  /** Answers everything that is under way, and listens no more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const exchange of this.#front.open)
      exchange.answer(answerLost(exchange.mcp, exchange.run, { role: "at the end" }, exchange.streaming));
    this.#front.release();
    await this.#front.close();
    await this.#door.close();
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
      const condition = judge(
        {
          alive: usage === undefined ? undefined : usage !== "gone",
          unansweredMs: question ? performance.now() - question.askedAt : 0,
          cpuMs: known && question ? known.cpuMs - (question.cpuMs ?? 0) : known && 0,
          memoryBytes: known?.memoryBytes,
          busy,
        },
        limits,
      );
      if (condition !== "well" && !this.#stopped) await this.#restart(condition);
    }
  }

  #ask(cpuMs: number | undefined): void {
    const question = { askedAt: performance.now(), cpuMs };
    this.#question = question;
    // If it breaks off, the next beat asks again: a stuck process keeps its connections.
    void this.#answers().then(() => {
      if (this.#question === question) this.#question = undefined;
      return undefined;
    });
  }

  /** Whether the server answers. Waits as long as it takes, or until the connection breaks. */
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

  /** A request broke off: did the runtime end with it? */
  async #wasLost(): Promise<boolean> {
    for (const afterMs of [0, drainMs]) {
      await sleep(afterMs);
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
    const { wrangler, serverPort, restartAll, limits, report } = this.#options;
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
        await restartAll();
        await this.#find();
      }
    } finally {
      this.#front.release();
    }
    const after = Math.round(performance.now() - began);
    report?.(`${described[cause]}${blamed}. It was restarted and serves again after ${after} ms.`);
  }

  /** Answers or repeats everything that was under way. @returns the run that was the cause, for the report */
  #settle(lost: Exchange[], restartCause: RestartCause): string {
    // Nothing was under way when it was judged worn, so what came since is not the cause.
    const why = restartCause === "worn" ? "gone" : restartCause;
    const runs = lost.filter(({ run }) => run !== undefined).toSorted((a, b) => b.turn - a.turn);
    // A request that was alone when the server got stuck is the cause, whether or not code of it has run.
    const only = why === "stuck" && lost.length === 1 ? lost[0] : undefined;
    const cause = only ?? runs[0];
    // Earlier runs may have taken the memory.
    const sure = runs.length === 1 && why === "stuck";
    for (const exchange of lost) {
      if (exchange !== only && exchange.mayBeSentAgain && exchange.attempts < maxAttempts) {
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

  /** Waits until another runtime is there and answers. @returns false if that takes too long */
  async #back(before: number, withinMs: number): Promise<boolean> {
    const deadline = performance.now() + withinMs;
    while (performance.now() < deadline && !this.#stopped) {
      await this.#find();
      // Ask the runtime itself if its port is known: wrangler's proxy retries twice, with pauses, before it fails.
      const { pid, port } = this.#runtime ?? {};
      if (pid !== before && pid && (await this.#answers(port, AbortSignal.timeout(2_000)))) return true;
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
