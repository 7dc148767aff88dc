/** Divides a budget of tokens among the items of a list or the members of an object. Pure arithmetic. */
import { jsonTokens } from "./json-tokens.ts";

/** A value cut to less than this is useless, so fewer values are kept instead. */
const minTokens = 10;

/** Rows that show how large a row typically is. */
const sampleRows = 8;

/**
 * @param overhead tokens around the value at an index: its name and signs
 * @returns what each of the first values may cost; the others are left out
 */
export function divideBudget(
  values: unknown[],
  overhead: (index: number) => number,
  budget: number,
): number[] {
  const rows = isTable(values) ? divideRows(values, overhead, budget) : [];
  return rows.length > 0 ? rows : divideFairly(values, overhead, budget);
}

/** As many whole rows as fit: they say more than pieces of all. A row far larger than the others is shortened. */
function divideRows(rows: unknown[], overhead: (index: number) => number, budget: number): number[] {
  const sample = rows.slice(0, sampleRows).map((row) => jsonTokens(row, budget));
  const typical = sample.sort((a, b) => a - b)[Math.floor(sample.length / 2)] ?? 0;
  const most = Math.max(budget / 4, typical * 2);
  const budgets: number[] = [];
  let used = 0;
  for (const [index, row] of rows.entries()) {
    const cost = Math.min(jsonTokens(row, most), most);
    used += cost + overhead(index);
    if (used > budget) break;
    budgets.push(cost);
  }
  return budgets;
}

/** What a small value does not need goes to the large ones. */
function divideFairly(values: unknown[], overhead: (index: number) => number, budget: number): number[] {
  const costs: number[] = [];
  let overheads = 0;
  let least = 0;
  for (const [index, value] of values.entries()) {
    const cost = jsonTokens(value, budget);
    const around = overhead(index);
    least += around + Math.min(cost, minTokens);
    if (least > budget) break;
    overheads += around;
    costs.push(cost);
  }
  const share = fairShare(costs, budget - overheads);
  return costs.map((cost) => Math.min(cost, share));
}

/** The largest limit under which all wants together fit into `room`. */
function fairShare(wants: number[], room: number): number {
  let left = room;
  for (const [index, want] of wants.toSorted((a, b) => a - b).entries()) {
    const share = left / (wants.length - index);
    if (want > share) return share;
    left -= want;
  }
  return Infinity;
}

/** Whether the values are of one kind: objects with mostly the same members, or a long list of texts or numbers. */
function isTable(values: unknown[]): boolean {
  const [first, ...others] = values.slice(0, 20);
  if (values.length < 3) return false;
  if (typeof first !== "object" || first === null)
    return values.length > 20 && others.every((value) => typeof value === typeof first);
  const names = new Set(Object.keys(first));
  return others.every((value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value) !== Array.isArray(first))
      return false;
    const own = Object.keys(value);
    return own.filter((name) => names.has(name)).length * 2 >= Math.max(own.length, names.size);
  });
}
