/**
 * Names that no secret of an API may have. A secret reaches the server as an environment variable of its name, so one
 * called `SIGN_IN` would change who may sign in, and an API that asks for `ISOGATE_SECRET` would be sent it.
 */
import { readFileSync } from "node:fs";
import { parse } from "jsonc-parser";
import { settingNames } from "../auth/settings.ts";
import { isObject } from "../spec/objects.ts";
import { once } from "../terms/once.ts";
import { workerVariables } from "../terms/worker-variables.ts";
import { places } from "./places.ts";
import { serveVariables } from "./serve/settings.ts";

/** What Node, wrangler, esbuild, the runtime, the loader of programs and the login read, by the start of a name. */
const families =
  /^(?:ISOGATE|OIDC|SIGN_IN|SUPERVISOR|NODE|NPM_CONFIG|CLOUDFLARE|CF|WRANGLER|MINIFLARE|WORKERD?|WORKERS|X_LOCAL|ESBUILD|UV|LD|DYLD|MALLOC|GLIBC|OPENSSL|SSL_CERT|XDG|LC|BASH)_/;

/** Single names that a system, a shell or one of these programs reads. Windows writes some of them in small letters. */
const systemNames = new Set(
  `HOST PORT NODE CI DEBUG PATH HOME USER USERNAME LOGNAME SHELL PWD OLDPWD IFS ENV LANG LANGUAGE LOCPATH NLSPATH TZ TZDIR
  TERM COLUMNS LINES NO_COLOR FORCE_COLOR EDITOR BROWSER DISPLAY HOSTNAME HOSTALIASES LOCALDOMAIN RES_OPTIONS GCONV_PATH
  TMPDIR TMP TEMP HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY SSLKEYLOGFILE USERPROFILE SYSTEMROOT SYSTEMDRIVE WINDIR
  COMSPEC PATHEXT APPDATA LOCALAPPDATA PROGRAMDATA PROGRAMFILES HOMEDRIVE HOMEPATH`.split(/\s+/),
);

/** Bindings and variables of the Worker's configuration. */
const configured = once(() => {
  const found = new Set<string>();
  const waiting: unknown[] = [parse(readFileSync(places.workerConfig, "utf8"))];
  while (waiting.length > 0) {
    const node = waiting.pop();
    if (Array.isArray(node)) waiting.push(...(node as unknown[]));
    if (!isObject(node)) continue;
    for (const key of ["binding", "name"]) if (typeof node[key] === "string") found.add(node[key]);
    if (isObject(node["vars"])) for (const name of Object.keys(node["vars"])) found.add(name);
    waiting.push(...Object.values(node));
  }
  return found;
});

/** Whether the server, or a program that it runs on, reads a variable of this name. */
export function isReserved(name: string): boolean {
  const own: readonly string[] = [...settingNames, ...workerVariables, ...serveVariables];
  return families.test(name) || systemNames.has(name) || own.includes(name) || configured().has(name);
}

/** @throws Error if a name is reserved; `where` says who named it */
export function assertFree(names: readonly string[], where: string): void {
  const name = names.find(isReserved);
  if (name === undefined) return;
  throw new Error(
    `${where} names the secret ${name}, but the server or its system reads a variable of that name. ` +
      `Give the secret a name of its own, such as ${freeName(name)}.`,
  );
}

/** The name itself, or one like it that is not reserved. */
export function freeName(name: string): string {
  return isReserved(name) ? `API_${name}` : name;
}
