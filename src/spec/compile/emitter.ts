/**
 * Turns the document's values into the values of chunks: references become numbers of units, each unit is made
 * once, and a dialect older than 3.1 is brought into its shape on the way. Nothing is dropped; what cannot be
 * followed stays as it is and becomes a fault.
 */
import type { Fault } from "../catalog.ts";
import { DocumentError, type LoadedDocument } from "../document.ts";
import { isObject, own, setOwn, type Json } from "../objects.ts";
import { formatPointer } from "../pointer.ts";
import { isOperationKey, members, type Kind, type Member } from "./members.ts";
import { References, type Place, type Position, type Resolution } from "./references.ts";
import { fileLabel } from "../pointer.ts";
import { formatPlace } from "../pointer.ts";

/** Deeper than any document known (23 levels), shallower than what overflows a stack. */
const maxDepth = 400;

/** A catalog of more than this would not fit beside anything else in a Worker. */
const maxValues = 40_000_000;

/** Emits one object of a kind in the shape of 3.1. The emitter stands at the object. */
type Convert = (value: Json, emitter: Emitter, kind: Kind) => unknown;

/** A dialect as it is found: which documents are written in it, and what it is for one of them. */
export interface KnownDialect {
  /** @param version of the member `openapi`, or of `swagger` where that is missing */
  reads(version: string): boolean;
  /** @param root the root file, whose members may hold for the whole document */
  dialect(root: Json): Dialect;
}

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

interface Unit {
  place: Place;
  kind: Kind;
}

export class Emitter {
  readonly references: References;
  readonly faults: Fault[];
  readonly dialect: Dialect;
  readonly units: Unit[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #root: string;
  #url: string;
  #path: string[] = [];
  #values = 0;
  /** References written so far: tells whether a chunk holds any. */
  referenceCount = 0;

  constructor(document: LoadedDocument, dialect: Dialect) {
    this.references = new References(document);
    this.faults = [...document.faults];
    this.dialect = dialect;
    this.#root = document.url;
    this.#url = document.url;
  }

  /** URL of the file that is being read. */
  get url(): string {
    return this.#url;
  }

  /** The place that is being read. */
  get here(): Position {
    return { url: this.#url, tokens: this.#path };
  }

  /** Runs `work` at another place of the documents: references and faults count from there. */
  at<T>(url: string, tokens: string[], work: () => T): T {
    const before = { url: this.#url, path: this.#path };
    this.#url = url;
    this.#path = [...tokens];
    try {
      return work();
    } finally {
      this.#url = before.url;
      this.#path = before.path;
    }
  }

  /** Runs `work` one member deeper. */
  within<T>(key: string, work: () => T): T {
    this.#path.push(key);
    try {
      return work();
    } finally {
      this.#path.pop();
    }
  }

  fault(message: string): void {
    this.faults.push({ pointer: formatPlace(this.#url, this.#path, this.#root), message });
  }

  /** The number of the unit for a place; it is emitted later, once. */
  unitFor(place: Place, kind: Kind): number {
    // A dialect that converts by kind gives one place two forms; all others give it one.
    const key = `${this.dialect.byKind ? kind : ""} ${place.url}#${formatPointer(place.tokens)}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.units.push({ place, kind }) - 1;
    this.#numbers.set(key, number);
    return number;
  }

  /** The value of a unit, as it goes into its chunk. */
  emitUnit(unit: Unit): unknown {
    return this.at(unit.place.url, unit.place.tokens, () => this.emit(unit.place.value, unit.kind));
  }

  /** Where a unit stands, as text for people: `schemas/pet.yaml#/Cat`. */
  origin(unit: Unit): string {
    const { url, tokens } = unit.place;
    if (tokens.length === 0 && url !== this.#root) return fileLabel(url, this.#root);
    return formatPlace(url, tokens, this.#root);
  }

  /** A value of the given kind at the current place. */
  emit(value: unknown, kind: Kind): unknown {
    if (typeof value === "number" && !Number.isFinite(value)) {
      this.fault(`${value} is not a JSON number; dropped`);
      return null;
    }
    if (typeof value !== "object" || value === null) return value;
    if (++this.#values > maxValues) {
      throw new DocumentError(
        "too-large",
        `The document holds more than ${maxValues} values. Cut it into several APIs, then try again.`,
      );
    }
    if (this.#path.length > maxDepth) {
      this.fault(`Nested deeper than ${maxDepth} levels; what is below is left out`);
      return {};
    }
    if (Array.isArray(value)) return this.#list(value as unknown[], "any");
    const reference = own(value as Json, "$ref");
    if (typeof reference === "string") return this.#reference(value as Json, reference, kind);
    return this.emitObject(value as Json, kind);
  }

  /** An object that is no reference. */
  emitObject(value: Json, kind: Kind): unknown {
    return (this.dialect.convert[kind] ?? emitMembers)(value, this, kind);
  }

  /** A member of an object, by the table of members. */
  emitMember(key: string, value: unknown, member: Member): unknown {
    return this.within(key, () => {
      if (typeof member === "string") return this.emit(value, member);
      if ("list" in member)
        return Array.isArray(value) ? this.#list(value, member.list) : this.emit(value, member.list);
      return isObject(value) ? this.#map(value, member.map) : this.emit(value, "any");
    });
  }

  #list(values: unknown[], kind: Kind): unknown[] {
    return values.map((value, index) => this.within(String(index), () => this.emit(value, kind)));
  }

  #map(values: Json, kind: Kind): unknown {
    // A map as a whole may be a reference (`responses: { $ref: … }` in documents of many files).
    const reference = own(values, "$ref");
    if (typeof reference === "string") return this.#reference(values, reference, "any");
    const result: Json = {};
    for (const key of Object.keys(values)) {
      const memberKind = key.startsWith("x-") && kind !== "schema" && kind !== "header" ? "any" : kind;
      setOwn(
        result,
        key,
        this.within(key, () => this.emit(values[key], memberKind)),
      );
    }
    return result;
  }

  /** Places that refer to each other in a circle, each with more beside its `$ref`, have no end either. */
  #follow(reference: string): Resolution {
    const found = this.references.follow(reference, this.here);
    if (!found.ok || !isObject(found.place.value)) return found;
    if (typeof own(found.place.value, "$ref") !== "string") return found;
    const end = this.references.followAll(reference, this.here);
    return end.ok || !end.isCircle ? found : end;
  }

  #reference(value: Json, reference: string, kind: Kind): unknown {
    const found = this.#follow(reference);
    if (!found.ok) {
      this.fault(`The $ref leads nowhere: ${found.reason}`);
      const { $ref: _, ...beside } = value;
      return { $ref: reference, ...(emitMembers(beside, this, kind) as Json) };
    }
    if (typeof found.place.value !== "object" || found.place.value === null) return found.place.value;
    const result: Json = { $ref: this.unitFor(found.place, kind) };
    this.referenceCount++;
    for (const key of Object.keys(value)) {
      if (key === "$ref") continue;
      setOwn(result, key, this.emitMember(key, value[key], memberOf(kind, key, value[key])));
    }
    return result;
  }
}

/** Copies an object member by member. */
export function emitMembers(value: Json, emitter: Emitter, kind: Kind): Json {
  const result: Json = {};
  for (const key of Object.keys(value)) {
    const child = value[key];
    if (typeof child !== "object" || child === null) {
      setOwn(result, key, emitter.emit(child, "any"));
    } else if (key === "$ref" && typeof child !== "string") {
      // A property called `$ref` is fine; only a number would be taken for ours, and that is no object.
      setOwn(result, key, emitter.emitMember(key, child, "any"));
    } else {
      setOwn(result, key, emitter.emitMember(key, child, memberOf(kind, key, child)));
    }
  }
  if (typeof value["$ref"] === "number") {
    emitter.fault("A $ref must be text; it is kept as text");
    result["$ref"] = String(value["$ref"]);
  }
  return result;
}

function memberOf(kind: Kind, key: string, value: unknown): Member {
  if (kind === "callback") return key.startsWith("x-") ? "any" : "pathItem";
  if (kind === "pathItem" && isOperationKey(key, value)) return "operation";
  const known = members[kind];
  return Object.hasOwn(known, key) ? (known[key] as Member) : "any";
}
