import type { Answer } from "../http/answer.ts";
import type { Call } from "../http/request.ts";
import type { World } from "../world/world.ts";

/** Gets a call that fits the document, and changes the world at most once. */
export type Handler = (world: World, call: Call) => Answer;

/** By operation id. */
export type Handlers = Record<string, Handler>;
