export interface LeftOut {
  path: string;
  kept: number;
  of: number;
}
export function shortenResult(value: unknown, _budgetTokens: number): { value: unknown; leftOut: LeftOut[] } {
  return { value, leftOut: [] };
}
