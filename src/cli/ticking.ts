/** Says on the terminal what is under way, and every second that it still is. */

/**
 * @param what is under way: `Reading github`
 * @returns what the work returns
 */
export async function ticking<Value>(what: string, work: Promise<Value>): Promise<Value> {
  console.log(`${what} …`);
  const startedAt = Date.now();
  const timer = setInterval(
    () => console.log(`  … ${Math.round((Date.now() - startedAt) / 1_000)} s`),
    1_000,
  );
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}
