/** A real binding of which some calls fail, as if the store behind it did not answer. */

export interface Failing<T> {
  binding: T;
  /** What was called, as `get manifest.json`. */
  calls: string[];
}

/**
 * @param fails asked for each call with the method and its first argument; true: the call is rejected, and nothing
 *   reaches the store
 */
export function failing<T extends object>(
  real: T,
  fails: (method: string, argument: unknown) => boolean,
): Failing<T> {
  const calls: string[] = [];
  const binding = new Proxy(real, {
    get(target, method) {
      const member: unknown = Reflect.get(target, method, target);
      if (typeof member !== "function" || typeof method === "symbol") return member;
      return (...args: unknown[]): unknown => {
        calls.push(`${method} ${String(args[0])}`);
        if (fails(method, args[0]))
          return Promise.reject(new Error(`injected: ${method} did not answer, key=planted`));
        return Reflect.apply(member, target, args);
      };
    },
  });
  return { binding, calls };
}

/** A namespace of Durable Objects whose objects answer no call, or only those that `fails` spares. */
export function failingObjects<T extends Rpc.DurableObjectBranded>(
  real: DurableObjectNamespace<T>,
  fails: (method: string) => boolean = () => true,
): DurableObjectNamespace<T> {
  return new Proxy(real, {
    get(target, method) {
      if (method !== "getByName") return Reflect.get(target, method, target) as unknown;
      return (name: string) => failing(target.getByName(name) as object, (called) => fails(called)).binding;
    },
  });
}
