/** Inputs of the simulation that a test counts: test/store/ledger/rows.worker.test.ts fails when they are too low. */
export const counted = {
  /** Rows of a run that took longer than 250 ms: its beginning and its end, with all indexes. */
  ledgerRowsWritten: 11,
  ledgerRowsRead: 10,
};
