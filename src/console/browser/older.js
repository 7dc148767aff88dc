/**
 * Older runs come as a person scrolls towards the end of the list. Meanwhile the list stays as it is (`data-held`); at its
 * top it is live again, and its newest part is all there is of it.
 */
import { fetchPage } from "./refresh.js";

/** How many windows ahead. */
const ahead = 2;
/** From the top of the page, in pixels. */
const nearTop = 200;

export function loadOlder(enhance) {
  let loading = false;
  const link = () => document.getElementById("older");
  const isNear = () => link()?.getBoundingClientRect().top < innerHeight * (1 + ahead);

  addEventListener(
    "scroll",
    async () => {
      const main = document.getElementById("main");
      if (scrollY < nearTop && main.dataset.held !== undefined) {
        delete main.dataset.held;
        // Whatever the server's version is, this is another one.
        main.dataset.version = "";
      }
      if (loading || !isNear() || scrollY < nearTop) return;
      loading = true;
      main.dataset.held = "";
      await append(link(), enhance).catch(() => undefined);
      loading = false;
    },
    { passive: true },
  );
}

async function append(link, enhance) {
  const next = await fetchPage(link.href);
  const rows = next?.main.querySelector(".parts > ul");
  // A person may have searched meanwhile.
  if (!rows || document.getElementById("main").dataset.held === undefined) return;
  enhance(rows);
  // A part of its own, which the browser need not lay out while it is out of sight.
  document.querySelector(".parts").append(rows);
  const further = next.main.querySelector("#older");
  if (further) link.href = further.href;
  else link.remove();
}
