/** Says so when a page that keeps itself true cannot: the network is gone, the server is, or the person is signed out. */

/** One answer that is missing may be a restart. */
const patience = 2;
let missed = 0;
let lastHeard = new Date();

/** The server has answered: what is shown is true. */
export function heard() {
  missed = 0;
  lastHeard = new Date();
  document.getElementById("stale")?.remove();
}

/** @param error says why in words */
export function missedOne(error) {
  missed += 1;
  if (missed < patience || document.getElementById("stale")) return;
  const bar = document.createElement("p");
  bar.id = "stale";
  bar.className = "note wait";
  bar.setAttribute("role", "status");
  const time = lastHeard.toLocaleTimeString("en-GB", { timeStyle: "short" });
  bar.textContent = `${error.message} This page shows what was at ${time}.`;
  document.querySelector(".page").prepend(bar);
}
