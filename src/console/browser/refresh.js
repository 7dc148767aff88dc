/**
 * Replaces the content of a page with `data-refresh` (milliseconds) by a new version from the server, again and again
 * until a version comes without it. Waits while the page is hidden or the person uses a field.
 */
export function keepFresh(enhance) {
  const main = document.querySelector("main");
  const pause = Number(main?.dataset.refresh);
  if (!pause) return;
  setTimeout(async () => {
    if (!document.hidden && !inUse(main)) await refresh(main, enhance).catch(() => undefined);
    keepFresh(enhance);
  }, pause);
}

async function refresh(main, enhance) {
  const response = await fetch(location.href, { headers: { accept: "text/html" } });
  if (!response.ok) return;
  const next = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("main");
  if (!next || next.innerHTML === main.dataset.last) return;
  const last = next.innerHTML;
  const focused = main.contains(document.activeElement) ? document.activeElement.id : "";
  enhance(next);
  main.replaceWith(next);
  next.dataset.last = last;
  if (focused) document.getElementById(focused)?.focus();
}

/** A refresh must not discard what the person is typing or has opened. */
function inUse(main) {
  const active = document.activeElement;
  return main.contains(active) && active.matches("input, select, textarea, summary");
}
