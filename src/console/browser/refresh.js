/**
 * Keeps a page with `data-refresh` (milliseconds) like the server's newest version of it, until a version comes without
 * it. Waits while nobody looks. Where a person decides (`data-asks`), a change is announced and shown when they ask for
 * it, and what is new is marked then.
 */
import { askServer } from "./ask-server.js";
import { morph } from "./morph.js";
import { heard, missedOne } from "./stale.js";

const main = () => document.getElementById("main");

export function keepFresh(enhance) {
  const pause = Number(main()?.dataset.refresh);
  if (!pause) return;
  setTimeout(async () => {
    if (!document.hidden) await look(enhance).then(heard, missedOne);
    keepFresh(enhance);
  }, pause);
}

async function look(enhance) {
  // Further down in a list that has grown.
  if (main().dataset.held !== undefined) return;
  const next = await fetchPage(location.href);
  // A person may have gone on meanwhile.
  if (!next || main().dataset.held !== undefined) return;
  takeOverFrame(next);
  // The server says what version of the page this is; how long ago something was does not count.
  if (next.main.dataset.version === main().dataset.version) return;
  const show = () => takeOver(next.main, enhance);
  if (main().dataset.asks !== undefined) announce(show);
  else show();
}

/**
 * @returns the parts of the server's version, or undefined if it has none now
 * @throws Error that says why there is no answer
 */
export async function fetchPage(url) {
  const response = await askServer(url);
  if (!response.ok) return undefined;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const found = page.getElementById("main");
  return found && { main: found, header: page.querySelector("body > header"), title: page.title };
}

/** The navigation with its counts, and the title. */
export function takeOverFrame({ header, title }) {
  if (document.title !== title) document.title = title;
  if (header) morph(document.querySelector("body > header"), header);
}

export function takeOver(next, enhance) {
  document.getElementById("change")?.remove();
  enhance(next);
  morph(main(), next, (element) => {
    element.classList.add(element.matches(".request, .card") ? "new" : "fresh");
    if (element.matches(".request.new")) mark(element);
  });
}

/** The word goes with the colour. */
function mark(element) {
  const words = document.createElement("p");
  words.className = "state run";
  words.textContent = "New since you opened this page";
  element.prepend(words);
}

function announce(show) {
  const bar = document.getElementById("change") ?? document.createElement("div");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "little";
  button.textContent = "Show what is new";
  button.addEventListener("click", show);
  if (bar.isConnected) {
    // Said once; what it shows is the newest.
    bar.querySelector("button").replaceWith(button);
    return;
  }
  bar.id = "change";
  bar.className = "note run";
  bar.setAttribute("role", "status");
  bar.append("This page has changed since you opened it. ", button);
  document.querySelector(".page").prepend(bar);
}
