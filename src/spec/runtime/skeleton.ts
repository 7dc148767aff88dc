/**
 * Builds `spec` from the columns of the index. Operations get one shared getter per lazy member: what they hold is
 * found by the object's identity, and only once one of them is read.
 */
import type { Layout, OperationKind, Outline, PathMembers, Shape } from "../layout.ts";
import { setOwn, type Json } from "../objects.ts";
import { forManyGetters, lazy, replace } from "./lazy.ts";
import type { Columns } from "./operations.ts";
import type { Units } from "./units.ts";

export interface SkeletonOptions {
  layout: Layout;
  outline: Outline;
  columns: Columns;
  descriptions: string[];
  /** JSON of the other members of each path item, or nothing. */
  members: string[];
  units: Units;
  /** Whether paths are only ever asked for by their name: they need no member each then. */
  pathsByName: boolean;
}

export class Skeleton {
  readonly #options: SkeletonOptions;
  readonly #lazyMembers: LazyMember[][] = [];
  readonly #descriptors = new Map<string, PropertyDescriptor>();
  readonly #loaded = new Map<number, Json>();
  readonly #items: unknown[] = [];
  /** For each path, where its row starts. */
  readonly #rows: number[] = [];
  /** The operation objects made so far, with their numbers, and the other way round. */
  readonly #numbers = new Map<object, number>();
  readonly #operations: Json[] = [];

  constructor(options: SkeletonOptions) {
    this.#options = options;
    const { paths, rows } = options.columns;
    for (let position = 0, at = 0; position < paths.length; position++) {
      this.#rows[position] = at;
      at += 1 + (rows[at] as number);
    }
  }

  /** The operation object with this number among all operations. */
  operation(number: number): Json {
    if (!this.#operations[number]) this.#item(this.#pathOf(number));
    return this.#operations[number] as Json;
  }

  /** The position of the last path whose first operation is not behind this one. */
  #pathOf(number: number): number {
    let low = 0;
    let high = this.#rows.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#firstOf(middle) <= number) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The number of the first operation of a path: before its row stand the operations, and one count for each path. */
  #firstOf(position: number): number {
    return (this.#rows[position] as number) - position;
  }

  /** The whole document. */
  spec(): Json {
    const { layout, outline, units } = this.#options;
    const spec: Json = {};
    for (const [key, unit] of outline.root) {
      if (unit === "paths") lazy(spec, key, () => this.#paths());
      else if (unit === "components") lazy(spec, key, () => this.#components());
      else if (unit === "servers") spec[key] = layout.servers[0];
      else if (unit === "security") spec[key] = outline.security[0];
      else units.lazyUnit(spec, key, unit);
    }
    return spec;
  }

  #paths(): Json {
    const { pathsByName, columns } = this.#options;
    if (pathsByName) return this.#pathsByName();
    const all: Json = forManyGetters({});
    for (let position = 0; position < columns.paths.length; position++)
      lazy(all, columns.paths[position] as string, () => this.#item(position));
    return all;
  }

  /** Paths that come into being when they are asked for: members of the prototype until then. */
  #pathsByName(): Json {
    const { paths } = this.#options.columns;
    return Object.create(
      new Proxy(Object.prototype, {
        get: (target, key, receiver) => {
          const position = typeof key === "string" ? paths.indexOf(key) : -1;
          if (position < 0) return Reflect.get(target, key, receiver) as unknown;
          const item = this.#item(position);
          setOwn(receiver as object, key as string, item);
          return item;
        },
      }),
    ) as Json;
  }

  #item(position: number): unknown {
    return (this.#items[position] ??= this.#makeItem(position));
  }

  #makeItem(position: number): unknown {
    const { outline, columns, members, units } = this.#options;
    const extension = outline.extensions[position];
    if (extension !== undefined) return units.unit(extension);
    const item: Json = {};
    const row = this.#rows[position] as number;
    const first = this.#firstOf(position);
    for (let number = first; number < first + (columns.rows[row] as number); number++) {
      const shape = outline.shapes[outline.shapeOf[number] as number] as Shape;
      const operation = this.#makeOperation(number, columns.rows[row + 1 + number - first] as number, shape);
      if (shape.additional) addAdditional(item, shape.key, operation);
      else item[shape.key] = operation;
    }
    const others = members[position] as string;
    for (const [key, unit, value] of others === "" ? [] : (JSON.parse(others) as PathMembers)) {
      if (unit >= 0) units.lazyUnit(item, key, unit);
      else setOwn(item, key, value);
    }
    return item;
  }

  #makeOperation(number: number, kindNumber: number, shape: Shape): Json {
    const { layout, outline, columns, descriptions } = this.#options;
    const kind = layout.kinds[kindNumber] as OperationKind;
    const operation: Json = { tags: kind.tags.slice() };
    if (shape.summary) operation["summary"] = columns.summaries[number];
    if (shape.description) operation["description"] = descriptions[number];
    operation["operationId"] = columns.ids[number];
    if (kind.deprecated) operation["deprecated"] = true;
    if (shape.bare) operation["parameters"] = [];
    const members = (this.#lazyMembers[outline.shapeOf[number] as number] ??= this.#membersOf(shape));
    for (let index = 0; index < members.length; index++) {
      const { key, descriptor } = members[index] as LazyMember;
      Object.defineProperty(operation, key, descriptor);
    }
    operation["security"] = outline.security[shape.security]?.slice();
    operation["servers"] = layout.servers[kind.servers]?.slice();
    this.#operations[number] = operation;
    this.#numbers.set(operation, number);
    return operation;
  }

  #components(): Json {
    const { units } = this.#options;
    const components: Json = {};
    for (const { kind, names, units: numbers } of units.places.components()) {
      lazy(components, kind, () => {
        const all: Json = forManyGetters({});
        for (const [index, name] of names.entries()) units.lazyUnit(all, name, numbers[index] as number);
        return all;
      });
    }
    return components;
  }

  #membersOf({ light, heavy }: Shape): LazyMember[] {
    return [
      ...light.map((key) => ({ key, descriptor: this.#descriptor(key, 0) })),
      ...heavy.map((key) => ({ key, descriptor: this.#descriptor(key, 1) })),
    ];
  }

  /** One getter per member for all operations: objects that share their getters share their hidden class. */
  #descriptor(key: string, part: 0 | 1): PropertyDescriptor {
    const known = this.#descriptors.get(`${part}${key}`);
    if (known) return known;
    const load = (operation: object) => this.#load(operation, part);
    const descriptor: PropertyDescriptor = {
      enumerable: true,
      configurable: true,
      get(this: object) {
        return load(this)?.[key];
      },
      set(this: object, value: unknown) {
        if (!replace(this, key, value)) setOwn(load(this) ?? {}, key, value);
      },
    };
    this.#descriptors.set(`${part}${key}`, descriptor);
    return descriptor;
  }

  /** Parses a chunk of an operation and turns what is still lazy of it into ordinary members. */
  #load(receiver: object, part: 0 | 1): Json | undefined {
    let operation: object | null = receiver;
    while (operation && !this.#numbers.has(operation))
      operation = Object.getPrototypeOf(operation) as object | null;
    if (!operation) return undefined;
    const chunk = 2 * (this.#numbers.get(operation) as number) + part;
    let members = this.#loaded.get(chunk);
    if (members) return members;
    members = this.#options.units.chunk(chunk) as Json;
    this.#loaded.set(chunk, members);
    for (const key of Object.keys(members)) {
      if (!Object.getOwnPropertyDescriptor(operation, key)?.get) continue;
      const descriptor = Object.getOwnPropertyDescriptor(members, key) as PropertyDescriptor;
      Reflect.defineProperty(operation, key, descriptor);
    }
    return members;
  }
}

interface LazyMember {
  key: string;
  descriptor: PropertyDescriptor;
}

/** Also under its lower-case method on the path item: there for who asks, but not listed. */
function addAdditional(item: Json, method: string, operation: Json): void {
  setOwn((item["additionalOperations"] ??= {}) as Json, method, operation);
  const value = method.toLowerCase();
  if (Object.hasOwn(item, value)) return;
  Object.defineProperty(item, value, {
    value: operation,
    writable: true,
    enumerable: false,
    configurable: true,
  });
}
