/** The console's own files: style sheet, script and icon. A path contains its file's hash, so browsers cache it forever. */
import script from "../../dist/console.txt";
import editor from "../../dist/editor.txt";
import { digest } from "../terms/digest.ts";
import { style } from "./style.ts";

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#2456c7"/><path d="M8 24V12a8 8 0 0 1 16 0v12M16 24v-9" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round"/></svg>`;

const pathOf = (name: string, text: string) => `/assets/${digest(text, "hex").slice(0, 16)}.${name}`;

export const assetPaths = {
  style: pathOf("console.css", style),
  script: pathOf("console.js", script),
  /** Only the playground loads it. */
  editor: pathOf("editor.js", editor),
  icon: pathOf("icon.svg", icon),
};

const assets: Record<string, [type: string, text: string]> = {
  [assetPaths.style]: ["text/css", style],
  [assetPaths.script]: ["text/javascript", script],
  [assetPaths.editor]: ["text/javascript", editor],
  [assetPaths.icon]: ["image/svg+xml", icon],
};

/** The file at this path, if it is one of ours. */
export function serveAsset(pathname: string): Response | undefined {
  const [type, text] = Object.hasOwn(assets, pathname) ? assets[pathname]! : [];
  if (text === undefined) return undefined;
  return new Response(text, {
    headers: {
      "Content-Type": `${type}; charset=utf-8`,
      "Cache-Control": "public, max-age=31536000, immutable",
      "X-Content-Type-Options": "nosniff",
      "Cross-Origin-Resource-Policy": "same-origin",
    },
  });
}
