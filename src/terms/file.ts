/** Files between a person and the code of their runs. */

import { trimEndOf } from "./trim-end.ts";

export interface FileInfo {
  /** Cannot be guessed; part of its address. */
  id: string;
  name: string;
  /** Media type. */
  type: string;
  bytes: number;
  /** In milliseconds since the epoch. */
  atMs: number;
  expiresAtMs: number;
  /** The run that made it; missing if the person uploaded it. */
  run?: string;
}

/** One file. A browser's memory and the isolate's hold it several times. */
export const maxFileBytes = 10_000_000;

/** Most characters of a file's name. */
const maxNameChars = 120;

/** @returns a name that is one segment of a path and one line, whatever was given */
export function fileName(text: string): string {
  // The end of a long one too: the ending tells the type.
  const line = (text.length <= 1_000 ? text : text.slice(0, 900) + text.slice(-100))
    .normalize("NFC")
    .replace(/[\p{C}\p{Zl}\p{Zp}"<>|:*?\\/]/gu, "-");
  const plain = trimEndOf(line, /[\s.]/).replace(/^[\s.]+/, "");
  const ending = /\.[A-Za-z0-9]{1,8}$/.exec(plain)?.[0] ?? "";
  const stem = plain.slice(0, plain.length - ending.length);
  const kept = [...stem].slice(0, maxNameChars - ending.length).join("");
  return kept + ending || "file";
}

/** Types of text first: they are what code makes. */
const typeByEnding: Record<string, string> = {
  txt: "text/plain",
  log: "text/plain",
  md: "text/markdown",
  csv: "text/csv",
  tsv: "text/tab-separated-values",
  html: "text/html",
  xml: "application/xml",
  json: "application/json",
  jsonl: "application/jsonl",
  yaml: "application/yaml",
  yml: "application/yaml",
  pdf: "application/pdf",
  zip: "application/zip",
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  svg: "image/svg+xml",
};

const unknownType = "application/octet-stream";

/** @param given a media type or anything else @returns it without parameters if it is one, else what the name's ending says */
export function fileType(given: string, name: string): string {
  const [type = ""] = given.toLowerCase().split(";");
  if (/^[a-z0-9][a-z0-9!#$&^_.+-]{0,63}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}$/.test(type.trim()))
    return type.trim();
  const ending = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  return (Object.hasOwn(typeByEnding, ending) && typeByEnding[ending]) || unknownType;
}

/** The usual ending of a type's names, with its dot; "" if there is none. */
export function endingOf(type: string): string {
  const found = Object.entries(typeByEnding).find(([, one]) => one === type)?.[0];
  return found === undefined ? "" : `.${found}`;
}
