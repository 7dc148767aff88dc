import { consoleLine } from "./console-line.ts";
import { ledger } from "./ledger.ts";
import type { Sink } from "./sink.ts";

export const sinks: readonly Sink[] = [consoleLine, ledger];
