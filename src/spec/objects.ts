/** Objects whose keys come from a document. */

export type Json = Record<string, unknown>;

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An object to read members of, whatever was there. */
export function record(value: unknown): Json {
  return isObject(value) ? value : {};
}

/** A member of the object itself: `toString` and `__proto__` are no members of `{}`. */
export function own(object: Json, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Sets a member, whatever its name: assigning `__proto__` would replace the prototype. */
export function setOwn(object: object, key: string, value: unknown): void {
  if (key === "__proto__") {
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  } else (object as Json)[key] = value;
}
