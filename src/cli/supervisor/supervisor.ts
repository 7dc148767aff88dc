/**
 * Keeps a local server serving, whatever the model's code does. It notices when the runtime is stuck, bloated or gone,
 * ends that one process, answers or repeats the requests under way, and starts another runtime over the same storage,
 * which confirms a write only when it is on disk.
 */
import { get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { readTraceLine } from "../../gateway/run/trace.ts";
import { isLoopbackHost } from "../../terms/loopback.ts";
import type { Exchange } from "./exchange.ts";
import { Door } from "./door.ts";
import { Front, type Edge } from "./front.ts";
import { judge } from "./judge.ts";
import type { SupervisorLimits } from "./limits.ts";
import { answerLost, type RestartCause } from "./lost.ts";
import { usageOf } from "./processes.ts";

/** A request that met two restarts is not sent a third time: it may cause them before any of its code runs. */
const maxAttempts = 3;
/** After a process has ended, its last lines are read within this time. */
const drainMs = 50;
/** Before a restart that can wait, the server gets no new requests for so long, so that it may become idle. */
const lullMs = 4_000;
/** What a run leaves behind is written after its answer. */
const settleMs = 1_000;
const lullPollMs = 10;
/** After a lull in which it did not. */
const betweenLullsMs = 30_000;
/** A probe that asks whether it is ready gets an answer within this time. */
const readyMs = 2_000;

interface SupervisorOptions {
  /** Where clients connect. */
  host: string;
  port: number;
  /** The runtime's own port on 127.0.0.1. */
  serverPort: number;
  limits: SupervisorLimits;
  /** Process id of the runtime, which runs the Worker and the model's code; another one after each start. */
  runtime(): number;
  /** Kills the runtime at once. */
  kill(): void;
  /** Starts a runtime over the same storage; it answers when this resolves. */
  restart(): Promise<void>;
  /** Called with a sentence about each restart, and why it was. */
  report?(sentence: string, cause: RestartCause): void;
  /** People elsewhere are served: they come through this, and there is no door. */
  edge?: Edge | undefined;
}

export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #front: Front;
  readonly #door: Door | undefined;
  #restarting: Promise<void> | undefined;
  #question: { askedAt: number; cpuMs: number | undefined } | undefined;
  /** It still answers what it has. */
  #stopping = false;
  #stopped = false;
  #nextLullAt = 0;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    const { port, serverPort, edge } = options;
    const door = edge ? undefined : new Door(port);
    const wasLost = () => this.#wasLost();
    const exchanges = { port: serverPort, wasLost, ...(edge && { addressOf: edge.addressOf }) };
    this.#front = new Front(exchanges, { edge, ...(door && { door }) });
    this.#door = door;
  }

  async start(): Promise<void> {
    const { host, port } = this.#options;
    await this.#door?.listen(isLoopbackHost(host) ? host : "127.0.0.1");
    await this.#front.listen(host, port);
    void this.#beat();
  }

  /** Takes each line that the server prints. @returns whether it was meant for the supervisor only */
  line(text: string): boolean {
    const line = readTraceLine(text);
    if (line) this.#front.note(line);
    return line !== undefined;
  }

  /** How many requests are not answered, and how many of them wait for the server to come back. */
  get load(): { underWay: number; waiting: number } {
    return { underWay: this.#front.open.length, waiting: this.#front.waiting.length };
  }

  /** Whether a request that comes now is handed to a server that answers. */
  async isReady(): Promise<boolean> {
    if (this.#stopping || this.#restarting) return false;
    return Promise.race([this.#answers(), sleep(readyMs, false, { ref: false })]);
  }

  /**
   * Answers everything that is under way, and listens no more.
   * @param graceMs how long the server may go on answering before that
   */
  async stop(graceMs = 0): Promise<void> {
    this.#stopping = true;
    await this.#front.drain(graceMs);
    this.#stopped = true;
    for (const exchange of this.#front.open)
      exchange.answer(answerLost(exchange.mcp, exchange.run, { role: "at the end" }, exchange.streaming));
    this.#front.release();
    await this.#front.close();
    await this.#door?.close();
  }

  async #beat(): Promise<void> {
    const { limits } = this.#options;
    for (; !this.#stopped; await this.#rest()) {
      await this.#restarting;
      const usage = await usageOf(this.#options.runtime());
      const known = usage === "gone" ? undefined : usage;
      const busy = this.#front.isBusy;
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
      if (condition === "well" || this.#stopped) continue;
      if (condition === "worn") await this.#whileIdle();
      else if (condition !== "tired") await this.#restart(condition);
      else if (performance.now() >= this.#nextLullAt) await this.#lull();
    }
  }

  /** Between two beats. Code can take hundreds of megabytes in that time: the rest is over when it has more than it may. */
  async #rest(): Promise<void> {
    const { beatMs, lookMs } = this.#options.limits;
    for (const ends = performance.now() + beatMs; performance.now() < ends && !this.#stopped;) {
      await sleep(lookMs, undefined, { ref: false });
      if (this.#front.isBusy && (await this.#isBloated())) return;
    }
  }

  async #isBloated(): Promise<boolean> {
    const usage = await usageOf(this.#options.runtime());
    return typeof usage === "object" && usage.memoryBytes > this.#options.limits.maxMemoryBytes;
  }

  /** Restarts a server that nobody asks for anything. The next caller finds it as it was, and it stays. */
  async #whileIdle(): Promise<void> {
    for (const ends = performance.now() + settleMs; performance.now() < ends; await sleep(lullPollMs))
      if (this.#front.isBusy || this.#stopping) return;
    if (!this.#front.isBusy && !this.#stopping) await this.#restart("worn");
  }

  /** Lets requests wait while those under way end, so that a restart costs nobody anything. */
  async #lull(): Promise<void> {
    this.#front.hold();
    const ends = performance.now() + lullMs;
    let busyAt = performance.now();
    let lookedAt = busyAt;
    for (; performance.now() < ends && !this.#stopping; await sleep(lullPollMs)) {
      const now = performance.now();
      if (this.#front.isBusy) busyAt = now;
      else if (now - busyAt >= settleMs) return this.#restart("worn");
      // What is still under way may take more.
      if (now - lookedAt < this.#options.limits.lookMs) continue;
      lookedAt = now;
      if (await this.#isBloated()) return this.#restart("bloated");
    }
    this.#nextLullAt = performance.now() + betweenLullsMs;
    if (!this.#restarting) this.#front.release();
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
  #answers(): Promise<boolean> {
    return new Promise((resolve) => {
      const { serverPort: port } = this.#options;
      const asked = get({ host: "127.0.0.1", port, path: "/healthz", agent: false });
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
      if ((await usageOf(this.#options.runtime())) === "gone") {
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
    const { kill, restart, report } = this.#options;
    const began = performance.now();
    this.#front.hold();
    const lost = this.#front.underWay;
    for (const exchange of lost) exchange.takeBack();
    if (cause !== "gone") kill();
    await sleep(drainMs);
    const blamed = this.#settle(lost, cause);
    try {
      await restart();
    } finally {
      this.#front.release();
    }
    const after = Math.round(performance.now() - began);
    report?.(`${described[cause]}${blamed}. It was restarted and serves again after ${after} ms.`, cause);
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
}

const described: Record<RestartCause, string> = {
  stuck: "The server was stuck",
  bloated: "The server took too much memory",
  gone: "The server's process ended",
  worn: "The server had grown over many runs, and nothing was under way",
};
