/** Where the units of a body are in the document. */
import { readColumn, type Places } from "../layout.ts";
import { escapeToken } from "../pointer.ts";

export interface ComponentGroup {
  kind: string;
  names: string[];
  units: number[];
}

export class UnitPlaces {
  readonly #places: Places;
  readonly #names: string[];
  readonly #pointers = new Map<number, string>();

  /** @param section of the index */
  constructor(section: string) {
    const [places, names] = section.split("\n", 2) as [string, string];
    this.#places = JSON.parse(places) as Places;
    this.#names = readColumn(names, this.#places.units.length, this.#places.irregular);
  }

  /** JSON pointer of a unit, as a URI fragment. Few are ever asked for, so there is no list of all. */
  pointerOf(unit: number): string {
    let pointer = this.#pointers.get(unit);
    if (pointer === undefined) this.#pointers.set(unit, (pointer = this.#find(unit)));
    return pointer;
  }

  #find(unit: number): string {
    const { units, kinds, others } = this.#places;
    const index = units.lastIndexOf(unit);
    let end = 0;
    for (const [kind, count] of kinds)
      if (index >= 0 && index < (end += count))
        return `#/components/${escapeToken(kind)}/${escapeToken(this.#names[index] as string)}`;
    return others[unit] ?? "#";
  }

  /** All components, kind by kind. */
  components(): ComponentGroup[] {
    let end = 0;
    return this.#places.kinds.map(([kind, count]) => {
      const start = end;
      end += count;
      return {
        kind,
        names: this.#names.slice(start, end),
        units: this.#places.units.slice(start, end),
      };
    });
  }
}
