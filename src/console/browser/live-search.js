/** Forms with `data-live` search as a person types: the page below the form changes, the form stays as it is. */
import { fetchPage, takeOver } from "./refresh.js";

const pauseMs = 200;

export function searchAsTyped(enhance) {
  let timer;
  let last = 0;
  const run = async (form) => {
    const turn = ++last;
    const given = [...new FormData(form)].filter(([name, value]) => value !== "" && name !== "zone");
    // The zone says something only beside a day.
    const hasDay = given.some(([name]) => name === "from" || name === "to");
    const zone = form.elements.zone?.value;
    const query = new URLSearchParams([...given, ...(hasDay && zone ? [["zone", zone]] : [])]);
    const url = `${form.getAttribute("action") ?? location.pathname}${query.size > 0 ? `?${query}` : ""}`;
    const next = await fetchPage(url).catch(() => undefined);
    if (!next || turn !== last) return;
    history.replaceState(null, "", url);
    takeOver(next.main, enhance);
  };
  document.addEventListener("input", ({ target }) => {
    const form = target.closest?.("form[data-live]");
    if (!form) return;
    clearTimeout(timer);
    timer = setTimeout(() => run(form), target.matches("select, [type=date]") ? 0 : pauseMs);
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-live]")) return;
    event.preventDefault();
    clearTimeout(timer);
    void run(event.target);
  });
}
