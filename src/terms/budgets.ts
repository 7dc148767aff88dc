/**
 * What one run may use at an API. Each budget is defined here, with its unit and reason; an API file may override the
 * value. The gateway counts requests, bytes and time itself, because local workerd does not. Limits that no file can set
 * are in `src/sandbox/limits.ts`.
 */

export interface Budget {
  value: number;
  unit: string;
  reason: string;
  /** The highest value that a file may set. */
  most?: number;
}

export const budgets = {
  requests: {
    value: 1_000,
    unit: "requests",
    reason:
      "Stops a loop that does not end, and is enough to change some hundred things one by one in one run.",
  },
  inFlight: {
    value: 50,
    unit: "requests at a time",
    reason: "Protects the upstream from a flood when code uses Promise.all. Further requests wait.",
  },
  retries: {
    value: 20,
    unit: "repeated reads",
    reason: "Counts the retries of all reads together, so that a long outage ends the run.",
  },
  bytesUp: {
    value: 32 * 1024 * 1024,
    unit: "bytes sent",
    reason: "Bodies are kept in memory for approvals, and a Worker has 128 MB.",
  },
  bytesDown: {
    value: 64 * 1024 * 1024,
    unit: "bytes received",
    reason: "Counted after decompression, so that a gzip bomb cannot fill the isolate's 128 MB.",
  },
  urlBytes: {
    value: 16 * 1024,
    unit: "bytes of one URL",
    reason: "Common servers refuse more than 8 to 16 KB. A longer URL is a mistake in the code.",
  },
  headerBytes: {
    value: 32 * 1024,
    unit: "bytes of one request's headers",
    reason: "Common servers refuse more than 8 to 32 KB.",
  },
  requestMs: {
    value: 30_000,
    unit: "ms until a request is answered",
    reason: "A person is waiting for the run.",
  },
  redirects: {
    value: 5,
    unit: "redirects in a row",
    reason: "APIs need one or two; browsers stop at 20.",
  },
  runMs: {
    value: 50_000,
    unit: "ms of wall time",
    reason: "MCP clients give up on a call after 60 s or more. At most 300,000.",
    most: 300_000,
  },
} as const satisfies Record<string, Budget>;

export type BudgetName = keyof typeof budgets;
export type BudgetValues = Record<BudgetName, number>;

export const budgetNames = Object.keys(budgets) as [BudgetName, ...BudgetName[]];

/** What an API file sets. */
export type BudgetOverrides = Partial<Record<BudgetName, number | undefined>>;

/** The budgets of a run at one API: its file's values over the defaults. */
export function budgetsOf(overrides: BudgetOverrides = {}): BudgetValues {
  return Object.fromEntries(
    budgetNames.map((name) => [name, overrides[name] ?? budgets[name].value]),
  ) as BudgetValues;
}
