/** Buttons with `data-copies` copy the text of the element that they name. */
const shownMs = 2_000;

export function copyOnClick() {
  document.addEventListener("click", async ({ target }) => {
    const button = target.closest?.("[data-copies]");
    const source = button && document.getElementById(button.dataset.copies);
    if (!source) return;
    const words = button.querySelector("span");
    const copied = await navigator.clipboard.writeText(source.textContent).then(
      () => "Copied",
      () => "Select and copy it",
    );
    words.textContent = copied;
    setTimeout(() => (words.textContent = "Copy"), shownMs);
  });
}
