/** A number of things, as a sentence has it: "1 run", "1,000 runs". */
export function counted(number: number, what: string): string {
  return `${number.toLocaleString("en-US")} ${what}${number === 1 ? "" : "s"}`;
}
