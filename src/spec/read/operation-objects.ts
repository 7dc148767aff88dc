/**
 * Builds the operation objects of `spec` from the columns of the index. All objects share one getter per lazy member,
 * which finds the value by the object's identity and parses it at the first read.
 */
import type { OperationObject } from "../openapi.ts";
import type { Layout, OperationKind, Outline, Shape } from "../layout.ts";
import { setOwn, type Json } from "../objects.ts";
import { replace } from "./lazy.ts";
import type { Columns } from "./operations.ts";
import type { Units } from "./units.ts";

export interface OperationParts {
  layout: Layout;
  outline: Outline;
  columns: Columns;
  /** JSON of each `Shape`. */
  shapes: string[];
  descriptions: string[];
  units: Units;
}

interface KnownShape extends Shape {
  lazyMembers: { key: string; descriptor: PropertyDescriptor }[];
}

export type OperationObjects = ReturnType<typeof operationObjects>;

export function operationObjects(parts: OperationParts) {
  const { layout, outline, columns, descriptions, units } = parts;
  const shapes: KnownShape[] = [];
  const descriptors = new Map<string, PropertyDescriptor>();
  /** The chunks that were read, by number. */
  const loaded = new Map<number, Json>();
  /** The objects that were made: their numbers, and the objects by number. */
  const numbers = new Map<object, number>();
  const made: OperationObject[] = [];
  return { get, shapeOf, make };

  /** The object of an operation, if it was made. */
  function get(number: number): OperationObject | undefined {
    return made[number];
  }

  function shapeOf(number: number): KnownShape {
    const shape = outline.shapeOf[number] as number;
    return (shapes[shape] ??= readShape(parts.shapes[shape] as string));
  }

  /**
   * @param number of the operation, in the order of the document
   * @param at the index of its row in `columns.rows`
   */
  function make(number: number, at: number): OperationObject {
    const kind = layout.kinds[columns.rows[at] as number] as OperationKind;
    const shape = shapeOf(number);
    const operation: OperationObject = { tags: layout.tags[columns.rows[at + 1] as number]?.slice() };
    if (shape.summary) operation.summary = columns.summaries[number];
    if (shape.description) operation.description = descriptions[number];
    operation.operationId = columns.ids[number];
    if (kind.deprecated) operation.deprecated = true;
    if (shape.bare) operation.parameters = [];
    for (let index = 0; index < shape.lazyMembers.length; index++) {
      const member = shape.lazyMembers[index] as KnownShape["lazyMembers"][number];
      Object.defineProperty(operation, member.key, member.descriptor);
    }
    operation.security = outline.security[shape.security]?.slice();
    operation.servers = layout.servers[kind.servers]?.slice();
    made[number] = operation;
    numbers.set(operation, number);
    return operation;
  }

  function readShape(json: string): KnownShape {
    const shape = JSON.parse(json) as Shape;
    const lazyMembers = [
      ...shape.light.map((key) => ({ key, descriptor: descriptorOf(key, 0) })),
      ...shape.heavy.map((key) => ({ key, descriptor: descriptorOf(key, 1) })),
    ];
    return { ...shape, lazyMembers };
  }

  /** Objects that share their getters share their hidden class. */
  function descriptorOf(key: string, part: 0 | 1): PropertyDescriptor {
    const known = descriptors.get(`${part}${key}`);
    if (known) return known;
    const descriptor: PropertyDescriptor = {
      enumerable: true,
      configurable: true,
      get(this: object) {
        return load(this, part)?.[key];
      },
      set(this: object, value: unknown) {
        if (!replace(this, key, value)) setOwn(load(this, part) ?? {}, key, value);
      },
    };
    descriptors.set(`${part}${key}`, descriptor);
    return descriptor;
  }

  /** Parses a chunk of an operation and makes its lazy members ordinary. */
  function load(receiver: object, part: 0 | 1): Json | undefined {
    let operation: object | null = receiver;
    while (operation && !numbers.has(operation))
      operation = Object.getPrototypeOf(operation) as object | null;
    if (!operation) return undefined;
    const chunk = 2 * (numbers.get(operation) as number) + part;
    let members = loaded.get(chunk);
    if (members) return members;
    members = units.chunk(chunk) as Json;
    loaded.set(chunk, members);
    for (const key of Object.keys(members)) {
      if (!Object.getOwnPropertyDescriptor(operation, key)?.get) continue;
      const descriptor = Object.getOwnPropertyDescriptor(members, key) as PropertyDescriptor;
      Reflect.defineProperty(operation, key, descriptor);
    }
    return members;
  }
}
