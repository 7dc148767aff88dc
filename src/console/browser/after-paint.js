/** Begins what a page can be read without, and what takes long to begin: after its first paint. */

export function runAfterPaint() {
  for (const { href } of document.querySelectorAll("link[rel=modulepreload]"))
    requestAnimationFrame(() =>
      setTimeout(() => {
        const script = document.createElement("script");
        script.type = "module";
        script.src = href;
        document.head.append(script);
      }),
    );
}
