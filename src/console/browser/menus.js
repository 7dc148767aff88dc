/** Menus that fold out close with Escape, and when a person goes on elsewhere. */
export function closeMenus() {
  const close = (menu) => (menu.open = false);
  document.addEventListener("keydown", ({ key, target }) => {
    const menu = key === "Escape" && target.closest?.("details.menu[open]");
    if (!menu) return;
    close(menu);
    menu.querySelector("summary").focus();
  });
  document.addEventListener("pointerdown", ({ target }) => {
    for (const menu of document.querySelectorAll("details.menu[open]"))
      if (!menu.contains(target)) close(menu);
  });
  document.addEventListener("focusin", ({ target }) => {
    for (const menu of document.querySelectorAll("details.menu[open]"))
      if (!menu.contains(target)) close(menu);
  });
}
