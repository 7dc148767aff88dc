/** Builds `spec`: paths from the columns of the index, everything else from chunks that are parsed when touched. */
import type { DocumentObject, OperationObject } from "../openapi.ts";
import { rowLength, type PathMembers } from "../layout.ts";
import { setOwn, type Json } from "../objects.ts";
import { forManyGetters, lazy } from "./lazy.ts";
import { operationObjects, type OperationParts } from "./operation-objects.ts";

interface SkeletonParts extends OperationParts {
  /** JSON of the other members of each path item, or empty. */
  members: string[];
  /** Creates paths on first access instead of up front: they are never listed. */
  pathsByName: boolean;
  /** Told of a path that was looked up and is not there. */
  missed?: ((path: string) => void) | undefined;
}

export function openSkeleton(parts: SkeletonParts) {
  const { layout, outline, columns, members, units } = parts;
  const { paths, rows } = columns;
  const operations = operationObjects(parts);
  const items: unknown[] = [];
  /** The start of each path's row. */
  const starts = new Uint32Array(paths.length);
  for (let position = 0, at = 0; position < paths.length; position++) {
    starts[position] = at;
    at += 1 + rowLength * (rows[at] as number);
  }
  return { operation: operationObject, spec: specObject, statesSecurity: !outline.silent };

  function operationObject(number: number): OperationObject {
    if (!operations.get(number)) itemAt(pathOf(number));
    return operations.get(number) as OperationObject;
  }

  /** The position of the path with this operation. */
  function pathOf(number: number): number {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (firstOf(middle) <= number) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The number of the first operation of a path. Before its row are all earlier operations and one count per path. */
  function firstOf(position: number): number {
    return ((starts[position] as number) - position) / rowLength;
  }

  function specObject(): DocumentObject {
    const spec: Json = {};
    for (const [key, unit] of outline.root) {
      if (unit === "paths") lazy(spec, key, () => allPaths());
      else if (unit === "components") lazy(spec, key, () => allComponents());
      else if (unit === "servers") spec[key] = layout.servers[0]?.slice();
      else if (unit === "security") spec[key] = outline.security[0]?.slice();
      else units.lazyUnit(spec, key, unit);
    }
    return spec;
  }

  function allPaths(): Json {
    const positionOf = parts.pathsByName ? finder(paths) : () => -1;
    const isAnswered = parts.pathsByName || parts.missed !== undefined;
    const all: Json = isAnswered ? (Object.create(lookUps(positionOf)) as Json) : {};
    if (parts.pathsByName) return all;
    forManyGetters(all);
    for (let position = 0; position < paths.length; position++)
      lazy(all, paths[position] as string, () => itemAt(position));
    return all;
  }

  /** A prototype that answers for a path until it is created, and tells of one that does not exist. */
  function lookUps(positionOf: (path: string) => number): object {
    return new Proxy(Object.prototype, {
      get: (target, key, receiver) => {
        const position = typeof key === "string" ? positionOf(key) : -1;
        if (position < 0) {
          if (typeof key === "string" && key.startsWith("/")) parts.missed?.(key);
          return Reflect.get(target, key, receiver) as unknown;
        }
        const item = itemAt(position);
        setOwn(receiver as object, key as string, item);
        return item;
      },
    });
  }

  function itemAt(position: number): unknown {
    return (items[position] ??= makeItem(position));
  }

  function makeItem(position: number): unknown {
    const extension = outline.extensions[position];
    if (extension !== undefined) return units.unit(extension);
    const item: Json = {};
    const row = starts[position] as number;
    const first = firstOf(position);
    for (let index = 0; index < (rows[row] as number); index++) {
      const operation = operations.make(first + index, row + 1 + index * rowLength);
      const { key, additional } = operations.shapeOf(first + index);
      if (additional) addAdditional(item, key, operation);
      else item[key] = operation;
    }
    const others = members[position] as string;
    for (const [key, unit, value] of others === "" ? [] : (JSON.parse(others) as PathMembers)) {
      if (unit >= 0) units.lazyUnit(item, key, unit);
      else setOwn(item, key, value);
    }
    return item;
  }

  function allComponents(): Json {
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
}

/** After this many searches of the list, a map of all texts pays off. */
const fewLookups = 20;

/** @returns a function that gives the position of a text in the list, or -1 */
function finder(texts: readonly string[]): (text: string) => number {
  let lookups = 0;
  let positions: Map<string, number> | undefined;
  return (text) => {
    if (++lookups <= fewLookups) return texts.indexOf(text);
    positions ??= new Map(texts.map((each, position) => [each, position]));
    return positions.get(text) ?? -1;
  };
}

/** Also adds it to the path item, under its lower-case method, not enumerable. */
function addAdditional(item: Json, method: string, operation: OperationObject): void {
  setOwn((item.additionalOperations ??= {}) as Json, method, operation);
  const key = method.toLowerCase();
  if (!Object.hasOwn(item, key))
    Object.defineProperty(item, key, { value: operation, writable: true, configurable: true });
}
