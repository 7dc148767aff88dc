/** Where the units of a body are in the document. Read on first use. */
import { readColumn, type ComponentGroup, type Places } from "../layout.ts";
import { escapeToken } from "../pointer.ts";

export class UnitPlaces {
  readonly #lines: { places: string; names: string };
  readonly #pointers = new Map<number, string>();
  #read: { places: Places; names: string[] } | undefined;

  /** @param places and names: lines of the index */
  constructor(places: string, names: string) {
    this.#lines = { places, names };
  }

  get #known() {
    if (this.#read) return this.#read;
    const places = JSON.parse(this.#lines.places) as Places;
    const names = readColumn(this.#lines.names, places.units.length, places.irregular.names);
    return (this.#read = { places, names });
  }

  /** JSON pointer of a unit, as a URI fragment. Few are ever asked for, so there is no list of all. */
  pointerOf(unit: number): string {
    let pointer = this.#pointers.get(unit);
    if (pointer === undefined) this.#pointers.set(unit, (pointer = this.#find(unit)));
    return pointer;
  }

  #find(unit: number): string {
    const { places, names } = this.#known;
    const index = places.units.lastIndexOf(unit);
    let end = 0;
    for (const [kind, count] of places.components)
      if (index >= 0 && index < (end += count))
        return `#/components/${escapeToken(kind)}/${escapeToken(names[index] as string)}`;
    return places.others[unit] ?? "#";
  }

  /** All components, kind by kind. */
  components(): ComponentGroup[] {
    const { places, names } = this.#known;
    let end = 0;
    return places.components.map(([kind, count]) => {
      const start = end;
      end += count;
      return { kind, names: names.slice(start, end), units: places.units.slice(start, end) };
    });
  }
}
