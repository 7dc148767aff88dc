/** Remembers what was answered to a create with an `Idempotency-Key`, so that a repeated one creates nothing. */
import { invalid, type Answer } from "./answer.ts";
import type { Call } from "./request.ts";

export class Replays {
  readonly #answers = new Map<string, { body: string; answer: Answer }>();

  /**
   * Runs `create`, unless the same key was answered before at this URL path. Only successes are remembered: after
   * a refusal the caller may correct the request and keep the key.
   */
  once(urlPath: string, call: Call, create: () => Answer): Answer {
    if (call.idempotencyKey === undefined) return create();
    const key = `${urlPath} ${call.idempotencyKey}`;
    const body = JSON.stringify(call.body);
    const earlier = this.#answers.get(key);
    if (!earlier) {
      const answer = create();
      if (answer.status === 201) this.#answers.set(key, { body, answer });
      return answer;
    }
    if (earlier.body !== body) {
      const detail = "was used with another body; choose a new key for a new object";
      return invalid([{ in: "header", pointer: "/Idempotency-Key", detail }]);
    }
    return { ...earlier.answer, headers: { ...earlier.answer.headers, "Idempotent-Replayed": "true" } };
  }
}
