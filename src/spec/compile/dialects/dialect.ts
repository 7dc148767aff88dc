/** The versions of OpenAPI that are read, and how each is brought into the shape of 3.1. */
import type { Emitter } from "../emitter.ts";
import type { Kind } from "../members.ts";
import type { Place } from "../references.ts";
import type { Json } from "../../objects.ts";

/** Emits one object of a kind in the shape of 3.1. The emitter stands at the object. */
export type Convert = (value: Json, emitter: Emitter, kind: Kind) => unknown;

export interface Dialect {
  /** What `spec.openapi` says. */
  openapi: string;
  /** Whether a value is emitted differently by what it stands for: if so, one place may become two units. */
  byKind: boolean;
  /** What is emitted differently from how it is written. */
  convert: Partial<Record<Kind, Convert>>;
  /** Emits an operation with its effective parameters, if that is more than emitting its members. */
  operation?: (operation: Json, parameters: Place[], emitter: Emitter) => Json;
  /** The members of the root and the components, if they are written elsewhere than in 3.1. */
  root?: (root: Json, emitter: Emitter) => Json;
  /** Where the components of a kind are written: `["definitions"]`. */
  componentPlace?: (kind: string) => string[] | undefined;
}
