/** Properties that are computed when they are first read, and ordinary from then on. */

/**
 * Defines a property that is computed once: an object that inherits it, or was frozen, gets the same value.
 * @param compute called at the first read; not called if the property is assigned before
 */
export function lazy(object: object, key: string, compute: () => unknown): void {
  let done = false;
  let value: unknown;
  // One function is both getter and setter, by the number of its arguments: there are thousands, and this halves them.
  const access = function (this: object, ...given: unknown[]) {
    if (given.length > 0) {
      if (replace(this, key, given[0]) || this !== object) return;
      value = given[0];
      done = true;
      return;
    }
    if (!done) {
      value = compute();
      done = true;
    }
    settle(this, key, value);
    return value;
  };
  Object.defineProperty(object, key, { get: access, set: access, enumerable: true, configurable: true });
}

/** Turns a getter into its value; on a sealed or frozen object the getter stays. */
function settle(object: object, key: string, value: unknown): boolean {
  return Reflect.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}

/**
 * What assigning does to an ordinary property.
 * @returns false if the object is sealed: the owner of the getter then has to keep the value
 * @throws TypeError if the object is frozen
 */
export function replace(object: object, key: string, value: unknown): boolean {
  if (settle(object, key, value)) return true;
  if (Object.isFrozen(object)) throw new TypeError(`Cannot assign to read only property '${key}' of object`);
  return false;
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
