/**
 * Older runs come as a person scrolls towards the end of the list; lines without words stand for them meanwhile. The list
 * stays as it is then (`data-held`); at its top it is live again, and its newest part is all there is of it.
 *
 * Observers tell where the person is: reading it while they scroll would have the browser lay out the page each time.
 */
import { fetchPage } from "./refresh.js";

/**
 * How far ahead, of the window's height: a flick goes through two windows before a part is there, and one that comes further
 * away than the browser looks (a window and a half) costs nothing in the frame in which it comes.
 */
const ahead = "600%";
/** From the top of the page. */
const nearTop = "200px";
/** Rows: all of a part is laid out and painted in the frame in which it comes near the window. */
const perPart = 10;
/** Parts: whatever changes, the browser walks through all that stand beside it; of 10,000 rows there are as many stretches. */
const perStretch = 32;
/** After an answer that has no runs: the server is busy or away. */
const againMs = 2_000;

const main = () => document.getElementById("main");
const link = () => document.getElementById("older");

export function loadOlder(enhance) {
  const head = document.querySelector(".head");
  if (!head) return;
  const end = new IntersectionObserver(
    async (entries) => {
      if (!entries.at(-1).isIntersecting) return;
      end.disconnect();
      main().dataset.held = "";
      const isThere = await append(enhance).catch(() => false);
      if (isThere) watch();
      else {
        // The link is there to press; meanwhile this goes on trying.
        coming(false);
        setTimeout(() => main().dataset.held !== undefined && watch(), againMs);
      }
    },
    { rootMargin: ahead },
  );
  const watch = () => {
    if (!link()) return;
    coming(true);
    end.observe(link());
  };
  new IntersectionObserver(
    (entries) => {
      end.disconnect();
      if (!entries.at(-1).isIntersecting) watch();
      else if (main().dataset.held !== undefined) {
        delete main().dataset.held;
        // Whatever the server's version is, this is another one.
        main().dataset.version = "";
      }
    },
    { rootMargin: nearTop },
  ).observe(head);
}

/** @returns whether older runs are there now */
async function append(enhance) {
  const next = await fetchPage(link().href);
  const rows = next?.main.querySelector(".parts > ul");
  // A person may have searched meanwhile, or gone back to the top.
  if (!rows || main().dataset.held === undefined) return false;
  enhance(rows);
  coming(false);
  for (const part of inParts(rows)) {
    const into = stretch();
    into.append(part);
    keepRoom(part, part.childElementCount);
    keepRoom(
      into,
      [...into.children].reduce((sum, one) => sum + one.childElementCount, 0),
    );
  }
  const further = next.main.querySelector("#older");
  if (further) link().href = further.href;
  else {
    link().remove();
    list().lastElementChild.lastElementChild.classList.add("end");
  }
  return true;
}

/** Its height for as long as it was never laid out. */
const keepRoom = (element, rows) => element.style.setProperty("--rows", String(rows));

/** All parts. What is looked for further down would be looked for in every row, so the code below goes by its children. */
const list = () => document.querySelector(".parts");

/** Lists of their own, which the browser need not lay out while they are out of sight. */
function inParts(rows) {
  const all = [...rows.children];
  return Array.from({ length: Math.ceil(all.length / perPart) }, (_, n) => {
    const part = rows.cloneNode(false);
    part.append(...all.slice(n * perPart, (n + 1) * perPart));
    return part;
  });
}

/**
 * Where the next part belongs. A stretch is left out of the layout, with all its parts, while it is out of sight, and from
 * its beginning: one that came to be when it is full would have the browser go through every part of the list.
 */
function stretch() {
  const last = list().lastElementChild;
  if (last.matches(".stretch") && last.childElementCount < perStretch) return last;
  const next = document.createElement("div");
  next.className = "stretch";
  list().append(next);
  return next;
}

/**
 * Lines for the rows that are coming, and the link out of sight; or neither. The lines are a new element each time: one
 * that stayed would move, and a background of the whole list would be painted anew, all that is in the window with it.
 */
function coming(isComing) {
  const parts = list();
  if (!parts) return;
  parts.classList.toggle("more", isComing);
  if (parts.lastElementChild.matches(".coming")) parts.lastElementChild.remove();
  if (!isComing) return;
  const lines = document.createElement("div");
  lines.className = "coming";
  parts.append(lines);
}
