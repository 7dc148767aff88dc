/** Runs what a page can be read without, and what takes long to begin: after its first paint. */

export function runAfterPaint() {
  for (const { href } of document.querySelectorAll("link[rel=modulepreload]"))
    requestAnimationFrame(() => setTimeout(() => import(href)));
}
