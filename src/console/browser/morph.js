/**
 * Makes one tree of the page equal to another and keeps what a person has done in it: focus, scroll, what is typed, what is
 * folded out. Children with an id or a `data-key` keep their element wherever they move.
 */
export function morph(from, to, onNew = () => {}) {
  if (from.nodeType !== Node.ELEMENT_NODE) {
    if (from.data !== to.data) from.data = to.data;
    return;
  }
  syncAttributes(from, to);
  // What is in a field is the person's.
  if (from.matches("textarea, select, .editor")) return;
  syncChildren(from, to, onNew);
}

const keyOf = (node) => node.dataset?.key ?? (node.id || undefined);

const alike = (one, other) =>
  one.nodeType === other.nodeType && one.nodeName === other.nodeName && keyOf(one) === keyOf(other);

function syncAttributes(from, to) {
  const isOpened = from.nodeName === "DETAILS";
  for (const { name, value } of to.attributes)
    if (from.getAttribute(name) !== value && !(isOpened && name === "open")) from.setAttribute(name, value);
  // Copies: both lists change while they are walked through.
  for (const { name } of Array.from(from.attributes))
    if (!to.hasAttribute(name) && !(isOpened && name === "open")) from.removeAttribute(name);
}

function syncChildren(from, to, onNew) {
  const keyed = new Map([...from.childNodes].flatMap((node) => (keyOf(node) ? [[keyOf(node), node]] : [])));
  let at = from.firstChild;
  for (const wanted of Array.from(to.childNodes)) {
    const key = keyOf(wanted);
    const known = key === undefined ? at : keyed.get(key);
    if (known && alike(known, wanted)) {
      if (known === at) at = at.nextSibling;
      else from.insertBefore(known, at);
      morph(known, wanted, onNew);
    } else {
      from.insertBefore(wanted, at);
      if (key !== undefined) onNew(wanted);
    }
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}
