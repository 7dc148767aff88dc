/**
 * Builds `spec` from the rows of the index. Operations get one shared getter per lazy member: what they hold is
 * found by the object's identity, and only once one of them is read.
 */
import {
  componentsUnit,
  pathsUnit,
  readPaths,
  readRow,
  rowLength,
  securityUnit,
  serversUnit,
  type Layout,
  type Shape,
  type UnitNames,
} from "../layout.ts";
import { own, setOwn, type Json } from "../objects.ts";
import { forManyGetters, lazy, settle, type Units } from "./units.ts";

export class Skeleton {
  readonly paths: Json = forManyGetters({});
  readonly #rows: unknown[];
  readonly #layout: Layout;
  readonly #units: Units;
  readonly #names: () => UnitNames;
  readonly #shapes: LazyMember[][];
  readonly #descriptors = new Map<string, PropertyDescriptor>();
  readonly #loaded = new Map<number, Json>();
  /** The operation objects made so far, with their numbers, and the other way round. */
  readonly #numbers = new Map<object, number>();
  readonly #operations: Json[] = [];

  constructor(rows: unknown[], layout: Layout, units: Units, names: () => UnitNames) {
    this.#rows = rows;
    this.#layout = layout;
    this.#units = units;
    this.#names = names;
    this.#shapes = layout.shapes.map((shape) => this.#lazyMembers(shape));
    readPaths(rows, (path, count, start, first) => {
      lazy(this.paths, path, () => this.#pathItem(path, count, start, first));
    });
  }

  /** The operation object with this number among all operations. */
  operation(number: number, path: string): Json {
    if (!this.#operations[number]) void this.paths[path];
    return this.#operations[number] as Json;
  }

  #pathItem(path: string, count: number, start: number, first: number): Json {
    const item: Json = {};
    const { methods, tags, security, servers, shapes } = this.#layout;
    for (let number = first; number < first + count; number++) {
      const [method, shapeNumber, id, summary, tagList, description] = readRow(
        this.#rows,
        start + (number - first) * rowLength,
      );
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
    const others = own(this.#layout.pathMembers, path) as [string, number][] | undefined;
    for (const [key, unit] of others ?? []) this.#units.lazyUnit(item, key, unit);
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
    for (const [kind, { names, units }] of Object.entries(this.#names().components)) {
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
