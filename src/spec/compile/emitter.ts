/**
 * Turns the document's values into the values of chunks: references become numbers of units, each unit is emitted once,
 * and dialects older than 3.1 are converted. Nothing is lost; an unresolved reference stays and becomes a fault.
 */
import type { DocumentObject, OperationObject } from "../openapi.ts";
import type { Fault } from "../catalog.ts";
import { DocumentError, type LoadedDocument } from "../document.ts";
import { isObject, own, setOwn, type Json } from "../objects.ts";
import { fileLabel, formatPlace, formatPointer } from "../pointer.ts";
import { entryKind, kindOf, memberOf, misfit, type Kind, type Member } from "../members.ts";
import { References, type Place, type Position, type Resolution } from "../references.ts";

/** Deeper than any known document (23 levels), but not deep enough to overflow the stack. */
const maxDepth = 400;

/** A larger catalog would fill a Worker. */
const maxValues = 40_000_000;
/**
 * A small document may not expand to a large one: many paths that refer to one long path item, or many operations below
 * one long list of parameters. Known documents have a value in 20 bytes, counted as they are emitted.
 */
const maxValuesOfSmall = 500_000;
const maxValuesPerByte = 2;

/** Emits an object of a kind, at the emitter's current place, in the form of 3.1. */
type Convert = (value: Json, emitter: Emitter, kind: Kind) => unknown;

/** Recognises the documents of a dialect. */
export interface KnownDialect {
  /** @param version the member `openapi`, or else `swagger` */
  reads(version: string): boolean;
  /** @param root the root file, whose members may affect the whole document */
  dialect(root: DocumentObject): Dialect;
}

export interface Dialect {
  /** The value of `spec.openapi`. */
  openapi: string;
  /** Whether the kind of a value changes how it is emitted: then one place may become several units. */
  byKind: boolean;
  /** Kinds that are converted. */
  convert: Partial<Record<Kind, Convert>>;
  /** Emits an operation with its effective parameters. Default: member by member. */
  operation?: (operation: OperationObject, parameters: Place[], emitter: Emitter) => Json;
  /** Moves members of the root and the components to where 3.1 has them. */
  root?: (root: DocumentObject, emitter: Emitter) => DocumentObject;
  /** Where the document has the components of a kind: `["definitions"]`. */
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
  readonly #maxValues: number;

  constructor(document: LoadedDocument, dialect: Dialect) {
    this.#maxValues = Math.min(maxValues, Math.max(maxValuesOfSmall, maxValuesPerByte * document.bytes));
    this.references = new References(document);
    this.faults = [...document.faults];
    this.dialect = dialect;
    this.#root = document.url;
    this.#url = document.url;
  }

  /** URL of the current file. */
  get url(): string {
    return this.#url;
  }

  /** The current place. */
  get here(): Position {
    return { url: this.#url, tokens: this.#path };
  }

  /** Runs `work` at another place: its references and faults are relative to it. */
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

  /** @param at the place of the fault; by default the current one */
  fault(message: string, { url, tokens }: Position = this.here): void {
    this.faults.push({ pointer: formatPlace(url, tokens, this.#root), message });
  }

  /** Counts what goes into the catalog. @throws DocumentError if it is too much for a document of its length */
  count(values: number): void {
    this.#values += values;
    if (this.#values <= this.#maxValues) return;
    throw new DocumentError(
      "too-large",
      `The document expands to more than ${this.#maxValues.toLocaleString("en")} values where its parts are repeated ` +
        "(a path item that many paths refer to, a list of parameters above many operations). " +
        "Split it into several APIs, then try again.",
    );
  }

  /** The number of the unit for a place, which is emitted later, once. */
  unitFor(place: Place, kind: Kind): number {
    // Only data, and a dialect that converts by kind, give one place several forms.
    const key = `${this.dialect.byKind || kind === "literal" ? kind : ""} ${place.url}#${formatPointer(place.tokens)}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.units.push({ place, kind }) - 1;
    this.#numbers.set(key, number);
    return number;
  }

  /** The value of a unit for its chunk. */
  emitUnit(unit: Unit): unknown {
    return this.at(unit.place.url, unit.place.tokens, () => this.emit(unit.place.value, unit.kind));
  }

  /** The place of a unit, for people: `schemas/pet.yaml#/Cat`. */
  origin(unit: Unit): string {
    const { url, tokens } = unit.place;
    if (tokens.length === 0 && url !== this.#root) return fileLabel(url, this.#root);
    return formatPlace(url, tokens, this.#root);
  }

  /** Emits a value of the given kind at the current place. */
  emit(value: unknown, kind: Kind): unknown {
    if (typeof value === "number" && !Number.isFinite(value)) {
      this.fault(`${value} is not a JSON number; null was used`);
      return null;
    }
    if (typeof value !== "object" || value === null) return value;
    this.count(1);
    if (this.#path.length > maxDepth) {
      this.fault(`Nested deeper than ${maxDepth} levels; the deeper levels were ignored`);
      return {};
    }
    if (Array.isArray(value)) return this.#list(value as unknown[], entryKind(kind));
    const reference = kind === "literal" ? undefined : own(value as Json, "$ref");
    if (typeof reference === "string") return this.#reference(value as Json, reference, kind);
    return this.emitObject(value as Json, entryKind(kind));
  }

  emitObject(value: Json, kind: Kind): unknown {
    return (this.dialect.convert[kind] ?? emitMembers)(value, this, kind);
  }

  /** Emits a member of an object. */
  emitMember(key: string, value: unknown, member: Member): unknown {
    return this.within(key, () => {
      if (typeof member === "string") return this.emit(value, member);
      if ("list" in member)
        return Array.isArray(value) ? this.#list(value, member.list) : this.emit(value, kindOf(member));
      return this.emit(value, kindOf(member));
    });
  }

  #list(values: unknown[], kind: Kind): unknown[] {
    return values.map((value, index) => this.within(String(index), () => this.emit(value, kind)));
  }

  /** Also finds cycles of places that have more members than their `$ref`. */
  #follow(reference: string): Resolution {
    const found = this.references.follow(reference, this.here);
    if (!found.ok || !isObject(found.place.value)) return found;
    if (typeof own(found.place.value, "$ref") !== "string") return found;
    const end = this.references.followAll(reference, this.here);
    return end.ok || !end.isEndless ? found : end;
  }

  #reference(value: Json, reference: string, kind: Kind): unknown {
    const found = this.#follow(reference);
    if (!found.ok) {
      this.fault(`Unresolved $ref: ${found.reason}`);
      const { $ref: _, ...beside } = value;
      return { $ref: reference, ...(emitMembers(beside, this, kind) as Json) };
    }
    const problem = misfit(found.place.value, kind);
    if (problem !== undefined) {
      this.fault(`Unresolved $ref: ${problem}`);
      return { $ref: reference };
    }
    if (typeof found.place.value !== "object" || found.place.value === null) return found.place.value;
    const result: Json = { $ref: this.unitFor(found.place, kind) };
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
    const emitted =
      typeof child !== "object" || child === null
        ? emitter.emit(child, "any")
        : emitter.emitMember(key, child, memberOf(kind, key, child));
    setOwn(result, key, emitted);
  }
  // In a chunk, a number would be a unit.
  if (typeof value["$ref"] === "number") {
    emitter.fault("A $ref must be text; the number was converted");
    result["$ref"] = String(value["$ref"]);
  }
  return result;
}
