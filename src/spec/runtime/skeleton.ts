/**
 * Builds `spec` over the skeleton. Operations get one shared getter per lazy member: what they hold is found by
 * the object's identity, and only once one of them is read.
 */
import { componentsUnit, pathsUnit, securityUnit, serversUnit, type Layout } from "../layout.ts";
import type { Json } from "../objects.ts";
import { lazy, settle, type Units } from "./units.ts";

export class Skeleton {
  readonly paths: Json;
  /** Operation objects in the order of the skeleton. */
  readonly operations: Json[] = [];
  readonly #layout: Layout;
  readonly #units: Units;
  #indexOf: Map<object, number> | undefined;

  constructor(skeletonJson: string, layout: Layout, units: Units) {
    this.#layout = layout;
    this.#units = units;
    this.paths = JSON.parse(skeletonJson) as Json;
    const shapes = layout.shapes.map((shape) => this.#descriptors(shape));
    const { servers, security, shapeOf } = layout;
    const { operations } = this;
    const methods = new Set(layout.methods);
    const define = Object.defineProperty;
    const add = (operation: Json) => {
      const shape = shapes[shapeOf[operations.length] as number] as Shape;
      operations.push(operation);
      for (const [key, descriptor] of shape.lazy) define(operation, key, descriptor);
      if (!("security" in operation) && !shape.security) operation["security"] = security;
      if (!("servers" in operation) && !shape.servers) operation["servers"] = servers;
    };
    for (const path in this.paths) {
      const item = this.paths[path] as Json;
      for (const key in item) {
        if (methods.has(key)) add(item[key] as Json);
        else if (key === "additionalOperations") {
          const additional = item[key] as Json;
          for (const method in additional) {
            add(additional[method] as Json);
            alias(item, method.toLowerCase(), additional[method]);
          }
        }
      }
    }
    for (const [path, key, unit] of layout.pathMembers) units.lazyUnit(this.paths[path] as Json, key, unit);
  }

  /** The whole document. */
  spec(): Json {
    const spec: Json = {};
    for (const [key, unit] of this.#layout.root) {
      if (unit === pathsUnit) spec["paths"] = this.paths;
      else if (unit === serversUnit) spec["servers"] = this.#layout.servers;
      else if (unit === securityUnit) spec["security"] = this.#layout.security;
      else if (unit === componentsUnit) lazy(spec, key, () => this.#components());
      else this.#units.lazyUnit(spec, key, unit);
    }
    return spec;
  }

  #components(): Json {
    const components: Json = {};
    for (const [kind, { names, units }] of Object.entries(this.#layout.components)) {
      lazy(components, kind, () => {
        const group: Json = {};
        for (let index = 0; index < names.length; index++) {
          this.#units.lazyUnit(group, names[index] as string, units[index] as number);
        }
        return group;
      });
    }
    return components;
  }

  #descriptors([light, heavy]: [string[], string[]]): Shape {
    const entries: Shape["lazy"] = [];
    for (const key of light) entries.push([key, this.#descriptor(key, 0)]);
    for (const key of heavy) entries.push([key, this.#descriptor(key, 1)]);
    return { lazy: entries, security: light.includes("security"), servers: light.includes("servers") };
  }

  #descriptor(key: string, part: 0 | 1): PropertyDescriptor {
    const load = (operation: object) => this.#load(operation, part);
    const name = `${part}${key}`;
    const known = this.#known.get(name);
    if (known) return known;
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
    this.#known.set(name, descriptor);
    return descriptor;
  }
  readonly #known = new Map<string, PropertyDescriptor>();
  readonly #loaded = new Map<number, Json>();

  /** Parses a chunk of an operation and turns what is still lazy of it into ordinary members. */
  #load(receiver: object, part: 0 | 1): Json | undefined {
    this.#indexOf ??= new Map(this.operations.map((operation, index) => [operation, index]));
    let operation: object | null = receiver;
    while (operation && !this.#indexOf.has(operation))
      operation = Object.getPrototypeOf(operation) as object | null;
    if (!operation) return undefined;
    const chunk = 2 * (this.#indexOf.get(operation) as number) + part;
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

interface Shape {
  lazy: [key: string, descriptor: PropertyDescriptor][];
  security: boolean;
  servers: boolean;
}

/** An additional operation, also under its lower-case method: there for who asks, but not listed. */
function alias(item: Json, method: string, operation: unknown): void {
  if (Object.hasOwn(item, method)) return;
  Object.defineProperty(item, method, {
    value: operation,
    writable: true,
    enumerable: false,
    configurable: true,
  });
}
