/** The audit sinks of this folder. Written by `npm run build` from its files. */
import type { Sink } from "./sink.ts";
import { consoleLine } from "./console-line.ts";
import { ledger } from "./ledger.ts";

export const sinks: readonly Sink[] = [consoleLine, ledger];
