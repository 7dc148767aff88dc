/** Objects whose keys come from a document. */

export type Json = Record<string, unknown>;

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value if it is an object, else an object without members. */
export function objectOf(value: unknown): Json {
  return isObject(value) ? value : {};
}

/** An own member: `toString` and `__proto__` of `{}` are not. */
export function own(object: Json, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Sets a member of any name: assigning `__proto__` would replace the prototype. */
export function setOwn(object: object, key: string, value: unknown): void {
  if (key === "__proto__") {
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  } else (object as Json)[key] = value;
}
