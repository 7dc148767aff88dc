/** A value that is computed at the first call. */
export function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** The same for each object: computed once, and kept for as long as the object is. */
export function onceFor<Key extends object, T>(make: (key: Key) => T): (key: Key) => T {
  const made = new WeakMap<Key, { value: T }>();
  return (key) => {
    let one = made.get(key);
    if (!one) made.set(key, (one = { value: make(key) }));
    return one.value;
  };
}
