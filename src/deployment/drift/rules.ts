/** Which rules of an API file a drift touches: those that held for something that changed, or hold for it now. Pure. */
import { operationsOf } from "../../request/operations.ts";
import { titleOf } from "../../request/nearest.ts";
import type { OpenedCatalog, OperationSummary } from "../../spec/catalog.ts";
import type { ApiFile, PolicyRule } from "../../terms/api-file.ts";
import { once } from "../../terms/once.ts";
import { mayFit, meetsOf, outsideOperations } from "../may-fit.ts";
import type { Drift } from "./drift.ts";

/** Operations as the new document has them; those that are gone, as the old one had them. */
export interface TouchedRule {
  /** Its place in `policy`. */
  index: number;
  rule: PolicyRule;
  /** It fitted something, and fits nothing now. */
  empty: boolean;
  /** It holds for them as before, and something changed inside. */
  changed: string[];
  /** It holds for them now, and did not. */
  gained: string[];
  /** It held for them, and does not any more although they are still there. */
  lost: string[];
  /** It held for them, and they are gone. */
  removed: string[];
}

/** @param before and after what `drift` is between */
export function touchedRules(
  file: ApiFile,
  before: OpenedCatalog,
  after: OpenedCatalog,
  drift: Drift,
): TouchedRule[] {
  const [was, is] = [before, after].map((catalog) => {
    const meets = meetsOf(once(() => operationsOf(catalog, file)));
    const all = [...catalog.operations, ...outsideOperations(file)];
    const fits = (rule: PolicyRule, one: OperationSummary) => mayFit(rule, one, file, meets);
    return { fits, any: (rule: PolicyRule) => all.some((one) => fits(rule, one)) };
  }) as [Fitting, Fitting];
  return (file.policy ?? []).flatMap((rule, index) => {
    const held = drift.changed.map((pair) => ({
      title: titleOf(pair.is),
      was: was.fits(rule, pair.was),
      is: is.fits(rule, pair.is),
    }));
    const titles = (wanted: { was: boolean; is: boolean }) =>
      held.filter((one) => one.was === wanted.was && one.is === wanted.is).map(({ title }) => title);
    const touched = {
      changed: titles({ was: true, is: true }),
      gained: [
        ...titles({ was: false, is: true }),
        ...drift.added.filter((one) => is.fits(rule, one)).map(titleOf),
      ],
      lost: titles({ was: true, is: false }),
      removed: drift.removed.filter((one) => was.fits(rule, one)).map(titleOf),
    };
    if (Object.values(touched).every((list) => list.length === 0)) return [];
    return [{ index, rule, empty: was.any(rule) && !is.any(rule), ...touched }];
  });
}

interface Fitting {
  fits(rule: PolicyRule, operation: OperationSummary): boolean;
  any(rule: PolicyRule): boolean;
}

/** Whether a person has to look at the rule: it holds for less than it did. */
export function needsReview({ empty, lost }: TouchedRule): boolean {
  return empty || lost.length > 0;
}
