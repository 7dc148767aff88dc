/** Buttons with `data-copies` copy the text of the element that they name; with `data-copies-from`, the JSON at that path. */
const shownMs = 2_000;

export function copyOnClick() {
  document.addEventListener("click", async ({ target }) => {
    const button = target.closest?.("[data-copies], [data-copies-from]");
    const text = button && textOf(button.dataset);
    if (text === undefined || text === null) return;
    const words = button.querySelector("span");
    words.textContent = await copy(text).then(
      () => "Copied",
      () => "Select and copy it",
    );
    setTimeout(() => (words.textContent = "Copy"), shownMs);
  });
}

/**
 * @param text or a promise: a browser lets a page copy only as long as the click is recent, and the text may still be on its way
 * @throws Error where a page may not copy, such as on a server without TLS that is not on this machine
 */
async function copy(text) {
  await navigator.clipboard.write([new ClipboardItem({ "text/plain": text })]);
}

/** @returns undefined if there is no such element */
function textOf({ copies, copiesFrom }) {
  if (copiesFrom !== undefined) return fetched(copiesFrom);
  return document.getElementById(copies)?.textContent;
}

/** @throws Error if it is not there any more */
async function fetched(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path} was answered ${response.status}`);
  const value = await response.json();
  return typeof value === "string" ? value : JSON.stringify(value, undefined, 2);
}
