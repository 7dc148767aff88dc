/** The places of the units in the document. Parsed at the first use. */
import { once } from "../../terms/once.ts";
import { readColumn, type ComponentGroup, type Places } from "../layout.ts";
import { escapeToken } from "../pointer.ts";

export type UnitPlaces = ReturnType<typeof unitPlaces>;

/** @param lines of the index */
export function unitPlaces(lines: { places: string; names: string }) {
  const pointers = new Map<number, string>();
  const known = once(() => {
    const places = JSON.parse(lines.places) as Places;
    return { places, names: readColumn(lines.names, places.units.length, places.irregular.names) };
  });
  return { pointerOf, components };

  /** JSON pointer of a unit, as a URI fragment. */
  function pointerOf(unit: number): string {
    let pointer = pointers.get(unit);
    if (pointer === undefined) pointers.set(unit, (pointer = find(unit)));
    return pointer;
  }

  function find(unit: number): string {
    const { places, names } = known();
    const index = places.units.lastIndexOf(unit);
    let end = 0;
    for (const [kind, count] of places.components)
      if (index >= 0 && index < (end += count))
        return `#/components/${escapeToken(kind)}/${escapeToken(names[index] as string)}`;
    return places.others[unit] ?? "#";
  }

  function components(): ComponentGroup[] {
    const { places, names } = known();
    let end = 0;
    return places.components.map(([kind, count]) => {
      const start = end;
      end += count;
      return { kind, names: names.slice(start, end), units: places.units.slice(start, end) };
    });
  }
}
