/** Every property, by the file it is in and its name. A file with properties is listed here. */
import type * as fc from "fast-check";
import * as code from "./properties/code.ts";
import * as parameters from "./properties/parameters.ts";
import * as lazy from "./properties/lazy.ts";
import * as paths from "./properties/paths.ts";
import * as redaction from "./properties/redaction.ts";
import * as references from "./properties/references.ts";
import * as shortening from "./properties/shortening.ts";
import * as texts from "./properties/texts.ts";

export type Property = fc.IProperty<unknown> | fc.IAsyncProperty<unknown>;

const files = { paths, parameters, references, lazy, code, redaction, shortening, texts };

/** Name, as `file.property`, and the property. */
export const properties: [name: string, property: Property][] = Object.entries(files).flatMap(
  ([file, members]) =>
    Object.entries(members).flatMap(([name, member]): [string, Property][] =>
      typeof member === "object" && "generate" in member ? [[`${file}.${name}`, member as Property]] : [],
    ),
);
