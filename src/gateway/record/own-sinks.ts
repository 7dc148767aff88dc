/** The sinks of the operator's project, which see what is public of a record. A failure is a lost record, as of any sink. */
import { onceFor } from "../../terms/once.ts";
import { heldAnswer, own, variablesFor } from "../../terms/own.ts";
import type * as project from "../../terms/public.ts";
import type { Sink, SinkContext } from "./sinks/sink.ts";

export function ownSinks(): readonly Sink[] {
  return adopted(own().sink);
}

const adopted = onceFor((sinks: readonly project.Sink[]) => sinks.map(adopt));

function adopt(sink: project.Sink): Sink {
  const contextOf = ({ env, userId }: SinkContext) => ({ userId, variables: variablesFor(sink, env) });
  return {
    name: sink.name,
    ...(sink.begin && {
      begin: (start, context) => heldAnswer(() => sink.begin!(structuredClone(start), contextOf(context))),
    }),
    // A copy: the ledger writes the same record.
    end: (end, context) => heldAnswer(() => sink.end(structuredClone(end), contextOf(context))),
  };
}
