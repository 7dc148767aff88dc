/** The places of the units in the document. Parsed at the first use. */
import { once } from "../../terms/once.ts";
import { readColumn, type ComponentGroup, type Places } from "../layout.ts";
import { escapeToken } from "../pointer.ts";

export class UnitPlaces {
  readonly #pointers = new Map<number, string>();
  readonly #known: () => { places: Places; names: string[] };

  /** @param lines of the index */
  constructor(lines: { places: string; names: string }) {
    this.#known = once(() => {
      const places = JSON.parse(lines.places) as Places;
      return { places, names: readColumn(lines.names, places.units.length, places.irregular.names) };
    });
  }

  /** JSON pointer of a unit, as a URI fragment. */
  pointerOf(unit: number): string {
    let pointer = this.#pointers.get(unit);
    if (pointer === undefined) this.#pointers.set(unit, (pointer = this.#find(unit)));
    return pointer;
  }

  #find(unit: number): string {
    const { places, names } = this.#known();
    const index = places.units.lastIndexOf(unit);
    let end = 0;
    for (const [kind, count] of places.components)
      if (index >= 0 && index < (end += count))
        return `#/components/${escapeToken(kind)}/${escapeToken(names[index] as string)}`;
    return places.others[unit] ?? "#";
  }

  components(): ComponentGroup[] {
    const { places, names } = this.#known();
    let end = 0;
    return places.components.map(([kind, count]) => {
      const start = end;
      end += count;
      return { kind, names: names.slice(start, end), units: places.units.slice(start, end) };
    });
  }
}
