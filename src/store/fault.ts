/**
 * A store that did not answer, or does not hold what it should: never the caller's fault. `message` is a sentence for
 * people and models, without secrets.
 */
export class StoreFault extends Error {
  override readonly name = "StoreFault";
}

/**
 * Reads from a store, and once more if it fails: reading changes nothing, and most failures pass.
 * @param what names the thing that is read, for the message
 * @throws StoreFault if it fails again
 */
export async function readTwice<T>(what: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch {
    try {
      return await read();
    } catch (cause) {
      throw new StoreFault(`The storage of this deployment did not answer (${what}).`, { cause });
    }
  }
}
