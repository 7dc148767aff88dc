/** What the reader of a result should know of how it was written, each thing said once. */
import { append } from "./primordials.ts";

/** More than a few hints are noise. */
const maxNotes = 10;

export class Notes {
  readonly list: string[] = [];

  add(note: string): void {
    if (this.list.length >= maxNotes) return;
    for (let index = 0; index < this.list.length; index++) if (this.list[index] === note) return;
    append(this.list, note);
  }
}
