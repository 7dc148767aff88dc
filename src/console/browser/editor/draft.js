/**
 * Keeps what is written in this tab: after a reload, a step back, or a look at another page it is there again. A link to
 * code shows that code; what was written over it comes back with the page, and not with the link.
 */
const key = `draft ${location.search}`;

/** @returns what was written here before, if the page has to show it: `{ code, tool }`, and the ticks after a reload */
export function keptDraft() {
  const [entry] = performance.getEntriesByType("navigation");
  const isReturn = entry?.type === "reload" || entry?.type === "back_forward";
  if (!isReturn && location.search !== "") return undefined;
  try {
    const kept = JSON.parse(sessionStorage.getItem(key) ?? "null");
    // What code may do is ticked anew.
    return kept && (isReturn ? kept : { code: kept.code, tool: kept.tool });
  } catch {
    return undefined;
  }
}

export function keepDraft(form) {
  const fields = new FormData(form);
  const draft = {
    code: fields.get("code"),
    tool: fields.get("tool"),
    access: fields.getAll("access"),
    plan: fields.has("plan"),
  };
  try {
    sessionStorage.setItem(key, JSON.stringify(draft));
  } catch {
    // Full, or not allowed: then a reload loses it, as it would without a script.
  }
}

/** Puts it into the fields of the form. */
export function showDraft(form, { code, tool, access, plan }) {
  form.elements.code.value = code;
  for (const box of form.elements.tool) box.checked = box.value === tool;
  if (!access) return;
  for (const box of form.elements.access) box.checked = access.includes(box.value);
  form.elements.plan.checked = plan;
}
