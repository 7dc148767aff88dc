/** Properties that are computed at the first read and ordinary from then on. */

/**
 * Defines a property that is computed once. Objects that inherit it and frozen objects get the same value.
 * @param compute called at the first read, unless the property was assigned before
 */
export function lazy(object: object, key: string, compute: () => unknown): void {
  let done = false;
  let value: unknown;
  // One function is both getter and setter, told apart by its arguments: that halves thousands of closures.
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

/** Replaces a getter by its value. @returns false for a sealed or frozen object, where the getter stays */
function settle(object: object, key: string, value: unknown): boolean {
  return Reflect.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}

/**
 * Assigns like to an ordinary property.
 * @returns false if the object is sealed: then the owner of the getter must keep the value
 * @throws TypeError if the object is frozen
 */
export function replace(object: object, key: string, value: unknown): boolean {
  if (settle(object, key, value)) return true;
  if (Object.isFrozen(object)) throw new TypeError(`Cannot assign to read only property '${key}' of object`);
  return false;
}

/**
 * Prepares an object for many getters that turn into values. V8 would copy the hidden class of an ordinary object every
 * time, which takes seconds for 965 paths. Deleting a member that is not the last turns it into a hash table.
 */
export function forManyGetters<T extends object>(object: T): T {
  const scratch = object as Record<symbol, unknown>;
  const [one, two] = [Symbol(), Symbol()];
  scratch[one] = scratch[two] = undefined;
  delete scratch[one];
  delete scratch[two];
  return object;
}
