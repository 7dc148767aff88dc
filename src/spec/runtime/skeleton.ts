/**
 * Builds `spec` from the rows of the index. Operations get one shared getter per lazy member: what they hold is
 * found by the object's identity, and only once one of them is read.
 */
import {
  componentsUnit,
  pathsUnit,
  readPaths,
  rowLength,
  securityUnit,
  serversUnit,
  type Layout,
  type PathMembers,
  type Row,
  type Shape,
  type UnitNames,
} from "../layout.ts";
import { setOwn, type Json } from "../objects.ts";
import { forManyGetters, lazy, settle, type Units } from "./units.ts";

/** Lines of the index that most programs never need. */
export interface Seldom {
  members: () => PathMembers[];
  names: () => UnitNames;
}

export class Skeleton {
  readonly paths: Json = forManyGetters({});
  readonly #rows: unknown[];
  readonly #layout: Layout;
  readonly #units: Units;
  readonly #seldom: Seldom;
  readonly #shapes: LazyMember[][];
  readonly #descriptors = new Map<string, PropertyDescriptor>();
  readonly #loaded = new Map<number, Json>();
  /** The operation objects made so far, with their numbers, and the other way round. */
  readonly #numbers = new Map<object, number>();
  readonly #operations: Json[] = [];

  constructor(rows: unknown[], layout: Layout, units: Units, seldom: Seldom) {
    this.#rows = rows;
    this.#layout = layout;
    this.#units = units;
    this.#seldom = seldom;
    this.#shapes = layout.shapes.map((shape) => this.#lazyMembers(shape));
    readPaths(rows, (path, count, start, first, members) => {
      lazy(this.paths, path, () => this.#pathItem(count, start, first, members));
    });
  }

  /** The operation object with this number among all operations. */
  operation(number: number, path: string): Json {
    if (!this.#operations[number]) void this.paths[path];
    return this.#operations[number] as Json;
  }

  #pathItem(count: number, start: number, first: number, members: number): Json {
    const item: Json = {};
    const { methods, tags, security, servers, shapes } = this.#layout;
    for (let number = first; number < first + count; number++) {
      const at = start + (number - first) * rowLength;
      const [method, shapeNumber, id, summary, tagList, description] = this.#rows.slice(
        at,
        at + rowLength,
      ) as Row;
      const shape = shapes[shapeNumber] as Shape;
      const operation: Json = { tags: (tags[tagList] as string[]).slice() };
      if (summary !== 0) operation["summary"] = summary;
      if (description !== 0) operation["description"] = description;
      operation["operationId"] = id;
      if (shape.deprecated) operation["deprecated"] = true;
      if (shape.bare) operation["parameters"] = [];
      for (const [key, descriptor] of this.#shapes[shapeNumber] as LazyMember[]) {
        Object.defineProperty(operation, key, descriptor);
      }
      operation["security"] = security[shape.security];
      operation["servers"] = servers[shape.servers];
      this.#operations[number] = operation;
      this.#numbers.set(operation, number);
      const key = methods[method] as string;
      if (key.startsWith("+")) addAdditional(item, key.slice(1), operation);
      else item[key] = operation;
    }
    for (const [key, unit, value] of members === 0
      ? []
      : (this.#seldom.members()[members - 1] as PathMembers)) {
      if (unit >= 0) this.#units.lazyUnit(item, key, unit);
      else setOwn(item, key, value);
    }
    return item;
  }

  /** The whole document. */
  spec(): Json {
    const spec: Json = {};
    for (const [key, unit] of this.#layout.root) {
      if (unit === pathsUnit) spec["paths"] = this.paths;
      else if (unit === serversUnit) spec["servers"] = this.#layout.servers[0];
      else if (unit === securityUnit) spec["security"] = this.#layout.security[0];
      else if (unit === componentsUnit) lazy(spec, key, () => this.#components());
      else this.#units.lazyUnit(spec, key, unit);
    }
    return spec;
  }

  #components(): Json {
    const components: Json = {};
    for (const [kind, { names, units }] of Object.entries(this.#seldom.names().components)) {
      lazy(components, kind, () => {
        const group: Json = forManyGetters({});
        for (let index = 0; index < names.length; index++) {
          this.#units.lazyUnit(group, names[index] as string, units[index] as number);
        }
        return group;
      });
    }
    return components;
  }

  #lazyMembers({ light, heavy }: Shape): LazyMember[] {
    return [
      ...light.map((key): LazyMember => [key, this.#descriptor(key, 0)]),
      ...heavy.map((key): LazyMember => [key, this.#descriptor(key, 1)]),
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
        settle(this, key, value);
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
    members = this.#units.chunk(chunk) as Json;
    this.#loaded.set(chunk, members);
    for (const key of Object.keys(members)) {
      if (!Object.getOwnPropertyDescriptor(operation, key)?.get) continue;
      const descriptor = Object.getOwnPropertyDescriptor(members, key) as PropertyDescriptor;
      Reflect.defineProperty(operation, key, descriptor);
    }
    return members;
  }
}

type LazyMember = [key: string, descriptor: PropertyDescriptor];

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
