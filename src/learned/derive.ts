/** The shape of a JSON value. Looks at so much of it as tells the shape, however large it is. Pure. */
import { joined, merge, type Member, type Shape } from "./shape.ts";

/** Values that are looked at in all, and items of one list. */
const maxValues = 5_000;
const maxItems = 50;
const maxDepth = 12;

/** @param by tag of the user whose answer it is; see `Member` */
export function shapeOf(value: unknown, by: string): Shape {
  return merge({}, derive(value, by, { left: maxValues }, maxDepth));
}

function derive(value: unknown, by: string, budget: { left: number }, depth: number): Shape {
  if (--budget.left < 0 || depth < 0) return {};
  if (value === null) return { types: ["null"] };
  if (Array.isArray(value)) return { items: itemsShape(value, by, budget, depth) };
  switch (typeof value) {
    case "string":
    case "number":
    case "boolean":
      return { types: [typeof value as "string" | "number" | "boolean"] };
    case "object": {
      const members: [string, Member][] = Object.keys(value)
        .sort()
        .map((name) => [
          name,
          { shape: derive((value as Record<string, unknown>)[name], by, budget, depth - 1), by },
        ]);
      return joined({ members: Object.fromEntries(members) }, {});
    }
    default:
      return {};
  }
}

/** Of a long list, items from all over it. */
function itemsShape(list: readonly unknown[], by: string, budget: { left: number }, depth: number): Shape {
  const step = Math.max(1, Math.floor(list.length / maxItems));
  let shape: Shape | undefined;
  for (let index = 0; index < list.length && budget.left > 0; index += step) {
    const item = derive(list[index], by, budget, depth - 1);
    shape = shape ? joined(shape, item) : item;
  }
  return shape ?? {};
}
