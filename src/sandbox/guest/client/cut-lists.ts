/** Lists of a run that are not, or not surely, complete: a sentence each, which the reply begins with. */
import { maxCutLists } from "../../limits.ts";
import * as own from "../primordials.ts";

/** Filled beforehand, so that no setter on `Array.prototype` is asked. */
const sentences = Array.from<string | undefined>({ length: maxCutLists });
let count = 0;

export function tellOfCut(sentence: string): void {
  for (let at = 0; at < count; at++) if (sentences[at] === sentence) return;
  if (count < maxCutLists) sentences[count++] = sentence;
}

export function cutLists(): string[] {
  const told: string[] = [];
  for (let at = 0; at < count; at++) own.append(told, sentences[at] as string);
  return told;
}
