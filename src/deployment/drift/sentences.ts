/** A drift in sentences that a person can act on. The only place where changes become words. Pure. */
import { titleOf } from "../../request/nearest.ts";
import type { Change, What } from "./change.ts";
import type { Drift } from "./drift.ts";
import { needsReview, type TouchedRule } from "./rules.ts";

/** More names on a line would hide what happened. */
const maxNames = 3;

/**
 * Lines for the terminal, what breaks first: `-` gone, `!` breaking, `+` new, `~` changed.
 * @param rules of `touchedRules`
 */
export function driftLines(drift: Drift, rules: readonly TouchedRule[]): string[] {
  const told = drift.changes.map((change) => ({ ...change, text: sentenceOf(change) }));
  const lines = (breaking: boolean) =>
    told
      .filter((one) => one.breaking === breaking)
      .map(({ text, operations }) => `${breaking ? "!" : "~"} ${listed(operations)}: ${text}`);
  const touched = rules.flatMap((rule) => ruleLines(rule));
  return [
    ...drift.removed.map((operation) => `- ${titleOf(operation)}`),
    ...lines(true),
    ...touched.filter((line) => line.startsWith("!")),
    ...drift.added.map((operation) => `+ ${titleOf(operation)}`),
    ...lines(false),
    ...touched.filter((line) => !line.startsWith("!")),
  ];
}

/** `body.price is required now: calls without it are refused`. */
export function sentenceOf({ place: { at, direction }, what, breaking }: Change): string {
  const where = direction ? `${at} (in ${direction === "request" ? "requests" : "answers"})` : at;
  const isAnswer = direction === "answer" || at.startsWith("answer ");
  return `${where} ${inWords(what, breaking, isAnswer)}`;
}

function inWords(what: What, breaking: boolean, isAnswer: boolean): string {
  switch (what.kind) {
    case "gone":
      return `is gone: remove it from code that ${isAnswer ? "reads" : "uses"} it`;
    case "new":
      return what.required ? "is new and required: calls without it are refused" : "is new";
    case "renamed":
      return `is called ${what.to} now: rename it in code`;
    case "required":
      if (what.required)
        return breaking ? "is required now: calls without it are refused" : "is always there now";
      return breaking ? "may be missing now: code must not rely on it" : "is optional now";
    case "type":
      return `was ${what.was} and is ${what.is}`;
    case "null":
      if (what.allowed) return breaking ? "may be null now: code must expect that" : "may be null now";
      return breaking ? "may not be null any more" : "is never null now";
    case "listed":
      return what.values
        ? `must be one of ${valuesIn(what.values)} now`
        : "is no longer limited to listed values";
    case "values":
      return `${what.added ? "may also be" : breaking ? "may no longer be" : "is no longer"} ${valuesIn(what.values)}`;
    case "limit":
      if (what.is === undefined) return `has no ${what.keyword} any more (it was ${what.was})`;
      return `has ${what.keyword} ${what.is} now (${what.was === undefined ? "none before" : `before: ${what.was}`})`;
    case "others":
      return what.allowed ? "takes other members too now" : "takes only the listed members now";
    case "forms":
      return what.allowed ? "has one of several forms now" : "has no alternative forms any more";
    case "form":
      return `${what.added ? "may also be" : "is no longer"} of the form ${what.form}`;
    case "moved":
      return `is ${what.to} now: change the path in code`;
    case "id":
      return `was ${what.was} and is ${what.is}: calls and rules by the old id fit nothing`;
    case "tags":
      return [
        ...(what.gone.length > 0 ? [`lack ${what.gone.join(", ")} now`] : []),
        ...(what.added.length > 0 ? [`include ${what.added.join(", ")} now`] : []),
      ].join(" and ");
    case "deprecated":
      return what.deprecated ? "is deprecated now" : "is no longer deprecated";
    case "security":
      return `was ${what.was} and is ${what.is}${breaking ? ": check the credentials of the API file" : ""}`;
    case "servers":
      return `were ${what.was || "none"} and are ${what.is || "none"}`;
  }
}

function valuesIn(values: readonly string[]): string {
  return values.slice(0, 10).join(", ") + (values.length > 10 ? ` and ${values.length - 10} more` : "");
}

function listed(titles: readonly string[]): string {
  const more = titles.length - maxNames;
  return titles.slice(0, maxNames).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/** What a rule that was touched holds for now: `!` where somebody has to look at it. */
export function ruleLines(touched: TouchedRule): string[] {
  const { index, rule, empty, changed, gained, lost, removed } = touched;
  const { effect, reason: _reason, ...members } = rule;
  const what = Object.entries(members).map(([name, value]) => ` ${name} ${[value].flat().join(" or ")}`);
  const name = `policy[${index}] (${effect}${what.join("")})`;
  const mark = needsReview(touched) ? "!" : "~";
  const gone = [
    ...(lost.length > 0 ? [`no longer holds for ${listed(lost)}`] : []),
    ...(removed.length > 0 ? [`held for ${listed(removed)}, which is gone`] : []),
    ...(empty ? ["fits nothing now: change it in the API file, or take it out"] : []),
  ];
  return [
    ...(gone.length > 0 ? [`${mark} ${name} ${gone.join("; ")}`] : []),
    ...(gained.length > 0 ? [`~ ${name} now also holds for ${listed(gained)}`] : []),
    ...(changed.length > 0 ? [`~ ${name} holds for ${listed(changed)}, where something changed`] : []),
  ];
}
