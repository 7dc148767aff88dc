/** Reads and writes rows. Names of tables and columns come from this program; values are always bound. */
type Row = Record<string, SqlStorageValue>;

export function all<T extends Row>(sql: SqlStorage, query: string, ...values: SqlStorageValue[]): T[] {
  return sql.exec<T>(query, ...values).toArray();
}

export function first<T extends Row>(
  sql: SqlStorage,
  query: string,
  ...values: SqlStorageValue[]
): T | undefined {
  return all<T>(sql, query, ...values)[0];
}

/**
 * All rows of a query, some at a time; between two reads the ledger serves other calls.
 * @param query has one place for the key after which it reads, and one for how many rows
 * @param key the column that orders the rows
 */
export function* inPages<T extends Row>(
  sql: SqlStorage,
  query: string,
  key: keyof T & string,
  rowsPerRead: number,
): Generator<T> {
  for (let last: SqlStorageValue = 0; ;) {
    const rows: T[] = all<T>(sql, query, last, rowsPerRead);
    yield* rows;
    if (rows.length < rowsPerRead) return;
    last = rows.at(-1)![key] as SqlStorageValue;
  }
}

/** @param or what to do with a row that has the same key; without it, the insert throws */
export function insertRow(sql: SqlStorage, table: string, row: Row, or?: "REPLACE" | "IGNORE"): void {
  const columns = Object.keys(row);
  const places = columns.map(() => "?").join(", ");
  sql.exec(
    `INSERT ${or ? `OR ${or} ` : ""}INTO ${table} (${columns.join(", ")}) VALUES (${places})`,
    ...Object.values(row),
  );
}
