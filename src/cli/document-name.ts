/** What a person may have meant who names a document that is not there: a URL without its beginning, or another file. */
import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { nearestNames } from "../request/nearest.ts";
import { isPath } from "../spec/load/load-document.ts";
import { isLoopbackHost } from "../terms/loopback.ts";

/** @throws Error with what to write instead, if that can be told */
export function assertDocumentName(source: string): void {
  if (source === "-")
    throw new Error("A document is not read from standard input. Save it to a file, and name that.");
  if (!isPath(source) || existsSync(source)) return;
  const meant = urlMeant(source) ?? homeMeant(source) ?? neighbour(source);
  if (meant !== undefined) throw new Error(`There is no file ${source}. Did you mean ${meant}?`);
}

/** `localhost:8080/openapi.json`, `api.example.com/openapi.json`, `http:/localhost/openapi.json` */
function urlMeant(source: string): string | undefined {
  const rest = source.replace(/^(https?):\/?(?!\/)/i, "");
  const [host = ""] = rest.split("/", 1);
  const isHost = rest.includes("/") && /^(?:localhost|[\w-]+(?:\.[\w-]+)+)(?::\d+)?$/.test(host);
  const url = isHost ? URL.parse(`http://${rest}`) : null;
  if (url === null) return undefined;
  const scheme = /^https?(?=:)/i.exec(source)?.[0] ?? (isLoopbackHost(url.hostname) ? "http" : "https");
  return `${scheme.toLowerCase()}://${rest}`;
}

/** A shell replaces `~` only at the beginning of a word without quotes. */
function homeMeant(source: string): string | undefined {
  const path = source.startsWith("~/") ? join(homedir(), source.slice(2)) : undefined;
  return path !== undefined && existsSync(path) ? path : undefined;
}

/** A file of the same folder, or of the folder above it that exists, whose name is nearly this one. */
function neighbour(source: string): string | undefined {
  try {
    const names = readdirSync(dirname(source)).filter((name) => /\.(?:json|ya?ml)(?:\.gz)?$/i.test(name));
    const [nearest] = nearestNames(names, basename(source));
    return nearest === undefined ? undefined : join(dirname(source), nearest);
  } catch {
    return undefined;
  }
}
