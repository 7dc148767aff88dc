/** Dates as the document wants them: `format: date` is a day without its time (RFC 3339, `full-date`). Pure. */
import { objectOf, type Json } from "../../../spec/objects.ts";
import { schemasOf, shapeOf, type Shape } from "../../../spec/read/shape.ts";

/** Deeper than anything that is sent; what holds itself cannot be. */
const maxDepth = 30;

/**
 * A value with the day in place of each Date that the schema has as one. A Date anywhere else is written with its time.
 * @returns the value itself where nothing changes
 */
export function withDates(value: unknown, schema: unknown): unknown {
  // The schema is parsed where it is looked into: without a Date that is for nothing.
  return holdsDate(value) ? dated(value, schema) : value;
}

/** @param seen looked at already: what holds itself, or the same thing twice in each of many layers, ends too */
function holdsDate(value: unknown, depth = 0, seen = new Set<object>()): boolean {
  if (typeof value !== "object" || value === null || depth > maxDepth || seen.has(value)) return false;
  seen.add(value);
  if (value instanceof Date) return true;
  return isPlain(value) && Object.values(value).some((member) => holdsDate(member, depth + 1, seen));
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}

function dated(value: unknown, schema: unknown, depth = 0): unknown {
  if (typeof value !== "object" || value === null || depth > maxDepth) return value;
  const shape = shapeOf(objectOf(schema));
  if (value instanceof Date)
    return isDay(shape) && !Number.isNaN(value.getTime()) ? value.toISOString().slice(0, 10) : value;
  if (Array.isArray(value)) {
    const items = value.map((item) => dated(item, shape.items ?? itemsIn(shape) ?? schema, depth + 1));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (!isPlain(value)) return value;
  const shapes = [shape, ...shape.unions.flat().map(shapeOf)];
  const entries = Object.entries(value).map(([name, member]: [string, unknown]) => {
    if (typeof member !== "object" || member === null) return [name, member] as const;
    const listed = shapes.flatMap((one) => schemasOf(one, name));
    const rest = shapes.flatMap((one) => one.rest ?? []);
    const schemas = listed.length > 0 ? listed : rest;
    return [name, dated(member, schemas.length > 1 ? { allOf: schemas } : schemas[0], depth + 1)] as const;
  });
  const changes = entries.some(([name, member]) => member !== (value as Json)[name]);
  return changes ? Object.fromEntries(entries) : value;
}

/** These headers have a format of their own (RFC 9110, section 5.6.7). */
const httpDates = /^(?:if-(?:(?:un)?modified-since|range)|date|expires|last-modified)$/i;

/** @param name of the header */
export const inHeader = (name: string, value: unknown): unknown =>
  value instanceof Date && !Number.isNaN(value.getTime()) && httpDates.test(name)
    ? value.toUTCString()
    : value;

const itemsIn = ({ unions }: Shape) =>
  unions
    .flat()
    .map((option) => shapeOf(option).items)
    .find(Boolean);

/** A day, and not a time as well. */
function isDay(shape: Shape): boolean {
  const formats = new Set([shape, ...shape.unions.flat().map(shapeOf)].flatMap((one) => [...one.formats]));
  return formats.has("date") && !formats.has("date-time");
}
