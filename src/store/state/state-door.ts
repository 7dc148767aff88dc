import { WorkerEntrypoint } from "cloudflare:workers";
import { logEvent } from "../../terms/log.ts";

const unreadable = "state cannot be read or kept right now. Try again, or do without it.";

interface DoorProps {
  name: string;
  /** A plan reads the state and keeps nothing. */
  isPlan?: boolean;
}

/** Gives an isolate the state of its own caller, and nothing else of the store. */
export class StateDoor extends WorkerEntrypoint<Env, DoorProps> {
  async read(): Promise<string | null> {
    return this.#asked((state) => state.read());
  }

  /** See `KeptState.change`. */
  async change(changes: string): Promise<number | undefined> {
    if (this.ctx.props.isPlan) return undefined;
    return this.#asked((state) => state.change(String(changes)));
  }

  async #asked<Value>(
    ask: (state: ReturnType<Env["KEPT_STATE"]["getByName"]>) => Promise<Value>,
  ): Promise<Value> {
    try {
      return await ask(this.env.KEPT_STATE.getByName(this.ctx.props.name));
    } catch (error) {
      logEvent("isogate.state.failed", {}, error);
      // oxlint-disable-next-line preserve-caught-error -- it goes to the model's code; the store's words are for the log
      throw new Error(unreadable);
    }
  }
}
