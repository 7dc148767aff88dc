/** Every property, by the file it is in and its name. The folder is the list: a file with properties is found. */
import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import type * as fc from "fast-check";

export type Property = fc.IProperty<unknown> | fc.IAsyncProperty<unknown>;

const files = (await readdir(join(import.meta.dirname, "properties"))).toSorted();

/** Name, as `file.property`, and the property. */
export const properties: [name: string, property: Property][] = [];
for (const file of files.map((name) => basename(name, ".ts")))
  for (const [name, member] of Object.entries((await import(`./properties/${file}.ts`)) as object))
    if (typeof member === "object" && member !== null && "run" in member)
      properties.push([`${file}.${name}`, member as Property]);
