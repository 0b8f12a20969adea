// Row menus of long tables fetch their entries when they open.
import { Dropdown } from "@tabler/core";

const isMenu = event => event.detail.target?.matches(".dropdown-menu");
let walking = null;

// With entries it is larger: it takes its place anew. Whoever opened it by an arrow key stands on its first entry, as in other menus.
document.addEventListener("htmx:afterSettle", event => {
  if (!isMenu(event)) return;
  const button = event.detail.requestConfig.elt;
  Dropdown.getInstance(button)?.update();
  if (walking === button && document.activeElement === button) event.detail.target.querySelector("a, button")?.focus();
  walking = null;
});

// What went wrong is told in a toast; an empty menu would only cover the row.
document.addEventListener("htmx:afterRequest", event => {
  if (isMenu(event) && event.detail.failed) Dropdown.getInstance(event.detail.requestConfig.elt)?.hide();
});

document.addEventListener("keydown", event => {
  const button = event.target.closest?.("[data-bs-toggle=dropdown][hx-get]");
  walking = button && event.key.startsWith("Arrow") ? button : null;
}, true);
