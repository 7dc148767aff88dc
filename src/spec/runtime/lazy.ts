/** Properties that are computed when they are first read, and ordinary from then on. */

/** Computed once, whoever reads it: an object that inherits the property or was frozen gets the same value. */
export function lazy(object: object, key: string, compute: () => unknown): void {
  let done = false;
  let value: unknown;
  // One function for both, told apart by the argument: half as many are made, and there are thousands of them.
  const access = function (this: object, ...given: unknown[]) {
    if (given.length > 0) return void settle(this, key, given[0]);
    if (!done) {
      value = compute();
      done = true;
    }
    settle(this, key, value);
    return value;
  };
  Object.defineProperty(object, key, { get: access, set: access, enumerable: true, configurable: true });
}

/** Replaces a getter by its value; on an object that only inherits it, or is frozen, it stays. */
function settle(object: object, key: string, value: unknown): void {
  Reflect.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}

/**
 * Makes an object ready for many getters that turn into values. V8 gives an object of the usual kind a new hidden
 * class each time, copied from the last: for 965 paths that takes seconds. Deleting a member that is not the last
 * one makes it a plain hash table.
 */
export function forManyGetters<T extends object>(object: T): T {
  const scratch = object as Record<symbol, unknown>;
  const [one, two] = [Symbol(), Symbol()];
  scratch[one] = scratch[two] = undefined;
  delete scratch[one];
  delete scratch[two];
  return object;
}
