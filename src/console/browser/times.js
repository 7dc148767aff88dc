/** Times of the server (UTC) as the person's own, with UTC on hover; how long ago something was stays true. */
let format;
/** In the language of the pages, and as the server writes it (`text.ts`). Made when a page needs it: a list does not before its first paint. */
const absolute = (date) =>
  (format ??= new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" })).format(date);

/** The short name of the person's zone at that time: `CET`, `GMT+5:30`. */
const zoneAt = (date) =>
  new Intl.DateTimeFormat("en-GB", { timeZoneName: "short" })
    .formatToParts(date)
    .find(({ type }) => type === "timeZoneName").value;

export function localTimes(root) {
  for (const time of root.querySelectorAll("time[datetime]:not([data-ago], [data-kept])")) {
    time.title = `${time.dateTime.slice(0, 19).replace("T", " ")} UTC`;
    const date = new Date(time.dateTime);
    time.textContent = "zoned" in time.dataset ? `${absolute(date)} ${zoneAt(date)}` : absolute(date);
  }
  for (const zone of root.querySelectorAll("input[name=zone]"))
    zone.value = String(new Date().getTimezoneOffset());
  for (const choice of root.querySelectorAll("[data-own-zone] select")) {
    const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
    // Browsers differ in which of the names of a zone they say: Asia/Kolkata or Asia/Calcutta.
    if (![...choice.options].some(({ value }) => value === timeZone))
      choice.add(new Option(timeZone, timeZone));
    choice.value = timeZone;
  }
  for (const words of root.querySelectorAll("[data-utc]")) words.remove();
}

const units = [
  [86_400_000, "d"],
  [3_600_000, "h"],
  [60_000, "min"],
];
const everyMs = 15_000;

export function keepTimes() {
  // Of thousands in a list a person points at few.
  document.addEventListener("pointerover", ({ target }) => {
    const time = target.closest?.("time[data-ago]");
    if (time) time.title = absolute(new Date(time.dateTime));
  });
  setInterval(() => {
    for (const time of [...document.querySelector(".page").children].flatMap(seenIn)) {
      const passed = Date.now() - new Date(time.dateTime).getTime();
      const [size, unit] = units.find(([unitMs]) => passed >= unitMs) ?? [];
      const words = size ? `${Math.floor(passed / size)} ${unit} ago` : "just now";
      if (time.textContent !== words) time.textContent = words;
    }
  }, everyMs);
}

/** Of a list of thousands, only what is about to be seen. To measure a part that is left out of the layout lays it out. */
function seenIn(element) {
  if (element.matches(".parts, .stretch")) return [...element.children].filter(isNear).flatMap(seenIn);
  return [...element.querySelectorAll("time[data-ago]")];
}

function isNear(part) {
  const { top, bottom } = part.getBoundingClientRect();
  return bottom > -innerHeight && top < 2 * innerHeight;
}
