/**
 * Work that the program began and did not wait for: it ends with the run, often before it has left, and no answer and no
 * error of it reaches anybody. The reader of the result has to know, because the program itself went well.
 */

const begun = { call: 0, file: 0 };

const told: Record<keyof typeof begun, (many: number) => string> = {
  call: (many) =>
    `${many === 1 ? "A call of the API was" : `${many} calls of the API were`} not awaited and may not have been sent: use await, or await Promise.all(list), or each.`,
  file: (many) =>
    `${many === 1 ? "A file was" : `${many} files were`} not awaited and may be missing: use await file(data, name).`,
};

/** Does the work, and counts it while it is under way. */
export async function counted<Value>(kind: keyof typeof begun, work: () => Promise<Value>): Promise<Value> {
  begun[kind] += 1;
  try {
    return await work();
  } finally {
    begun[kind] -= 1;
  }
}

/** A sentence for each kind of work that is under way. */
export function unawaited(): string[] {
  const sentences = [];
  if (begun.call > 0) sentences.push(told.call(begun.call));
  if (begun.file > 0) sentences.push(told.file(begun.file));
  return sentences;
}
