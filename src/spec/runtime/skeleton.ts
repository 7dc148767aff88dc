/** Builds `spec` out of chunks that are parsed when they are touched. */
import type { OperationSummary } from "../catalog.ts";
import type { Layout } from "../layout.ts";
import { setOwn, type Json } from "../objects.ts";
import { forManyGetters, lazy } from "./lazy.ts";
import type { Units } from "./units.ts";

export interface SkeletonOptions {
  /** Names of all paths, in their order. */
  paths: string[];
  layout: Layout;
  units: Units;
  /** Whether paths are only ever asked for by their name: they need no member each then. */
  byName: boolean;
}

export class Skeleton {
  readonly #options: SkeletonOptions;
  readonly #items: Json[] = [];

  constructor(options: SkeletonOptions) {
    this.#options = options;
  }

  /** The operation object that belongs to an entry of `operations`. */
  operation({ id, method, path }: OperationSummary): Json {
    const item = this.#item(this.#options.paths.indexOf(path));
    const found = item[method] as Json;
    if (found["operationId"] === id) return found;
    // OpenAPI 3.2 has `get` and `GET` side by side: methods are case-sensitive.
    const additional = Object.values((item["additionalOperations"] ?? {}) as Record<string, Json>);
    return additional.find(({ operationId }) => operationId === id) ?? found;
  }

  /** The whole document. */
  spec(): Json {
    const spec: Json = {};
    for (const [key, number] of this.#options.layout.root) {
      if (number === "paths") lazy(spec, key, () => this.#paths());
      else if (number === "components") lazy(spec, key, () => this.#components());
      else this.#options.units.lazyValue(spec, key, number);
    }
    return spec;
  }

  #paths(): Json {
    const { paths, byName } = this.#options;
    if (byName) return this.#pathsByName();
    const all: Json = forManyGetters({});
    for (let number = 0; number < paths.length; number++)
      lazy(all, paths[number] as string, () => this.#item(number));
    return all;
  }

  /** Paths that come into being when they are asked for: members of the prototype until then. */
  #pathsByName(): Json {
    const { paths } = this.#options;
    return Object.create(
      new Proxy(Object.prototype, {
        get: (target, key, receiver) => {
          const number = typeof key === "string" ? paths.indexOf(key) : -1;
          if (number < 0) return Reflect.get(target, key, receiver) as unknown;
          const item = this.#item(number);
          setOwn(receiver as object, key as string, item);
          return item;
        },
      }),
    ) as Json;
  }

  #item(number: number): Json {
    return (this.#items[number] ??= this.#readItem(number));
  }

  #readItem(number: number): Json {
    const item = this.#options.units.chunk(number) as Json;
    const additional = item["additionalOperations"];
    if (typeof additional === "object" && additional !== null) addByMethod(item, additional as Json);
    return item;
  }

  #components(): Json {
    const { units } = this.#options;
    const components: Json = {};
    for (const { kind, names, units: numbers } of units.places().components()) {
      lazy(components, kind, () => {
        const all: Json = forManyGetters({});
        for (const [index, name] of names.entries()) units.lazyValue(all, name, numbers[index] as number);
        return all;
      });
    }
    return components;
  }
}

/** Also under their lower-case methods on the path item: there for who asks, but not listed. */
function addByMethod(item: Json, additional: Json): void {
  for (const method of Object.keys(additional)) {
    const name = method.toLowerCase();
    if (Object.hasOwn(item, name)) continue;
    Object.defineProperty(item, name, {
      value: additional[method],
      writable: true,
      enumerable: false,
      configurable: true,
    });
  }
}
