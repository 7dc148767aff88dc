/**
 * Objects in the order of their creation, read in pages. A cursor names a position, not a count: what is created or
 * deleted between two pages neither repeats nor hides another object.
 */

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export interface PageRequest<T> {
  where?: (item: T) => boolean;
  newestFirst?: boolean;
  cursor?: string;
  limit: number;
}

export class Collection<T extends { id: string }> {
  readonly #name: string;
  readonly #entries = new Map<string, { position: number; item: T }>();
  #positions = 0;

  /** @param name part of the cursors, so that one list refuses the cursor of another */
  constructor(name: string, items: readonly T[] = []) {
    this.#name = name;
    for (const item of items) this.set(item);
  }

  /** Adds, or replaces in its place. */
  set(item: T): void {
    const position = this.#entries.get(item.id)?.position ?? ++this.#positions;
    this.#entries.set(item.id, { position, item });
  }

  get(id: string): T | undefined {
    return this.#entries.get(id)?.item;
  }

  delete(id: string): void {
    this.#entries.delete(id);
  }

  get all(): T[] {
    return Array.from(this.#entries.values(), (entry) => entry.item);
  }

  /** One page; `undefined` if the cursor is not from this collection. */
  page({ where = () => true, newestFirst = false, cursor, limit }: PageRequest<T>): Page<T> | undefined {
    const after = cursor === undefined ? undefined : this.#positionOf(cursor);
    if (cursor !== undefined && after === undefined) return undefined;
    const entries = [...this.#entries.values()];
    if (newestFirst) entries.reverse();
    const left = entries.filter(({ position, item }) => {
      const ahead = after === undefined || (newestFirst ? position < after : position > after);
      return ahead && where(item);
    });
    const shown = left.slice(0, limit);
    const last = shown.at(-1);
    return {
      items: shown.map((entry) => entry.item),
      next_cursor: last && left.length > shown.length ? this.#cursorAt(last.position) : null,
    };
  }

  #cursorAt(position: number): string {
    return Buffer.from(`${this.#name}:${position}`).toString("base64url");
  }

  #positionOf(cursor: string): number | undefined {
    const text = Buffer.from(cursor, "base64url").toString();
    const position = Number(text.slice(this.#name.length + 1));
    return Number.isSafeInteger(position) && this.#cursorAt(position) === cursor ? position : undefined;
  }
}
