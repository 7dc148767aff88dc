/** A store that did not answer, or does not hold what it should. Never the fault of whoever asked. */

/** `message` is a sentence for people and models; it holds nothing secret. */
export class StoreFault extends Error {
  override readonly name = "StoreFault";
}

/**
 * Reads from a store, once more if it fails: reading changes nothing, and most failures pass.
 * @param what is read, to follow "could not be read:"
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
