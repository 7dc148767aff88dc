/** The console's own files: style sheet, script and icon. Their paths hold their content's hash, so they never age. */
import script from "../../dist/console.txt";
import { style } from "./style.ts";

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#1f5fd1"/><path d="M8 24V12a8 8 0 0 1 16 0v12M16 24v-9" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round"/></svg>`;

interface Asset {
  path: string;
  type: string;
  text: string;
}

const styleAsset = asset("console", "css", "text/css", style);
const scriptAsset = asset("console", "js", "text/javascript", script);
const iconAsset = asset("icon", "svg", "image/svg+xml", icon);

export const assetPaths = { style: styleAsset.path, script: scriptAsset.path, icon: iconAsset.path };

/** The file at this path, if it is one of ours. */
export function serveAsset(pathname: string): Response | undefined {
  const found = [styleAsset, scriptAsset, iconAsset].find(({ path }) => path === pathname);
  if (!found) return undefined;
  return new Response(found.text, {
    headers: {
      "Content-Type": `${found.type}; charset=utf-8`,
      "Cache-Control": "public, max-age=31536000, immutable",
      "X-Content-Type-Options": "nosniff",
      "Cross-Origin-Resource-Policy": "same-origin",
    },
  });
}

function asset(name: string, extension: string, type: string, text: string): Asset {
  return { path: `/assets/${name}.${fnv1a(text)}.${extension}`, type, text };
}

/** FNV-1a, 32 bits: tells versions of our own files apart; nothing depends on it being hard to forge. */
function fnv1a(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, "0");
}
