/** The person before the clients: their environment, and a browser that clicks Allow. */
import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** @param browsers of `makeBrowsers` */
export function environmentOf(home: string, browsers: string): Record<string, string> {
  return {
    PATH: `${browsers}:${process.env["PATH"] ?? ""}`,
    HOME: home,
    TMPDIR: home,
    // Programs open a browser only where they think that somebody sees it.
    DISPLAY: ":99",
    BROWSER: join(browsers, "xdg-open"),
    // No desktop: a browser that is installed here would be found by its entry before ours.
    XDG_DATA_DIRS: home,
    XDG_CONFIG_DIRS: home,
    LANG: "C.UTF-8",
    DO_NOT_TRACK: "1",
    DISABLE_TELEMETRY: "1",
    DISABLE_ERROR_REPORTING: "1",
    DISABLE_AUTOUPDATER: "1",
    NO_COLOR: "1",
  };
}

/**
 * Programs by the names that are asked to open a page; each of them clicks Allow.
 * @param scopes are ticked besides what is ticked already
 */
export async function makeBrowsers(folder: string, scopes: readonly string[] = []): Promise<string> {
  const place = join(folder, "browsers");
  await rm(place, { recursive: true, force: true });
  await mkdir(place);
  const script = `#!/bin/sh\nfor last; do :; done\n"${process.execPath}" "${join(import.meta.dirname, "browser.ts")}" "$last" ${scopes.join(" ")} >>"${folder}/browser.log" 2>&1 &\n`;
  for (const name of ["xdg-open", "open", "sensible-browser", "x-www-browser", "www-browser", "gio"]) {
    await writeFile(join(place, name), script);
    await chmod(join(place, name), 0o755);
  }
  return place;
}
