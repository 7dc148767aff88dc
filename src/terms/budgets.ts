/**
 * What one run may use up at an API. Every budget has its unit and its reason here, and nowhere else; an API's file may
 * set another value, and whatever it sets is kept. Local workerd counts nothing by itself, so the gateway counts
 * requests, bytes and time. What no file can set is in `src/sandbox/limits.ts`.
 */

export interface Budget {
  value: number;
  unit: string;
  reason: string;
  /** No file may set more. */
  most?: number;
}

export const budgets = {
  requests: {
    value: 200,
    unit: "requests",
    reason: "A paging loop that forgot to stop ends here; a list of 20,000 things at 100 a page still fits.",
  },
  inFlight: {
    value: 50,
    unit: "requests at a time",
    reason: "More wait in line: an upstream should not see a flood because code wrote Promise.all.",
  },
  retries: {
    value: 20,
    unit: "repeated reads",
    reason: "Retries of all reads together, so that a long outage ends the run instead of filling it.",
  },
  bytesUp: {
    value: 32 * 1024 * 1024,
    unit: "bytes sent",
    reason: "Bodies are held in memory for the record of an approval; a Worker has 128 MB.",
  },
  bytesDown: {
    value: 64 * 1024 * 1024,
    unit: "bytes received",
    reason: "Counted after decompression, so that a gzip bomb ends here and not in the isolate's 128 MB.",
  },
  urlBytes: {
    value: 16 * 1024,
    unit: "bytes of one URL",
    reason: "Common servers refuse 8 to 16 KB; longer is a mistake in the code.",
  },
  headerBytes: {
    value: 32 * 1024,
    unit: "bytes of one request's headers",
    reason: "Common servers refuse 8 to 32 KB.",
  },
  requestMs: {
    value: 30_000,
    unit: "ms until a request is answered",
    reason: "A person waits for the run; what takes longer is better asked for again.",
  },
  redirects: {
    value: 5,
    unit: "redirects in a row",
    reason: "Browsers stop at 20, APIs need one or two; a loop should end soon.",
  },
  runMs: {
    value: 50_000,
    unit: "ms of wall time",
    reason:
      "MCP clients give up on a call after 60 s or more, so the answer has to come before. At most 300,000.",
    most: 300_000,
  },
} as const satisfies Record<string, Budget>;

export type BudgetName = keyof typeof budgets;
export type BudgetValues = Record<BudgetName, number>;

export const budgetNames = Object.keys(budgets) as [BudgetName, ...BudgetName[]];

/** The budgets that an API's file sets. */
export type BudgetOverrides = Partial<Record<BudgetName, number | undefined>>;

/** The budgets of a run at one API: the defaults, with what its file sets instead. */
export function budgetsOf(overrides: BudgetOverrides = {}): BudgetValues {
  return Object.fromEntries(
    budgetNames.map((name) => [name, overrides[name] ?? budgets[name].value]),
  ) as BudgetValues;
}
