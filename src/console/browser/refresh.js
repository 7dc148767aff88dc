/**
 * While a page says `data-refresh` (milliseconds), its content is fetched anew and put in place of the old one. Stops
 * when the page that came does not say so any more, rests while nobody looks, and leaves alone what is being used.
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

/** Someone who types, or has opened something, must not lose it. */
function inUse(main) {
  const active = document.activeElement;
  return main.contains(active) && active.matches("input, select, textarea, summary");
}
