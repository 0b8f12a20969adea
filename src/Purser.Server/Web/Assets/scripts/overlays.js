// Drawers and dialogs are ordinary parts of a page with an address; script only adds focus, Escape and the modal layer.
let opener = null;

document.addEventListener("htmx:beforeRequest", event => {
  const target = event.detail.target?.id;
  if ((target === "drawer" || target === "modal") && !event.detail.elt.closest("#drawer, #modal")) opener = event.detail.elt;
});

document.addEventListener("htmx:afterSettle", event => {
  if (event.detail.target.matches(".dropdown-menu")) return;
  const dialog = document.querySelector("#modal > dialog");
  if (dialog && !dialog.matches(":modal")) showModally(dialog);
  const drawer = document.querySelector("#drawer > .drawer");
  if (drawer && !drawer.contains(document.activeElement) && !document.querySelector("dialog:modal")) {
    drawer.querySelector("[data-drawer-title]")?.focus({ preventScroll: true });
  }
  if (!drawer && !dialog) returnFocus();
});

function showModally(dialog) {
  dialog.removeAttribute("open");
  dialog.showModal();
  (dialog.querySelector("[autofocus], .is-invalid") ?? dialog.querySelector("input:not([type=hidden]), select, textarea, .btn-primary"))?.focus();
  dialog.addEventListener("close", () => { dialog.remove(); returnFocus(); }, { once: true });
}

function returnFocus() {
  if (opener?.isConnected) opener.focus({ preventScroll: true });
  opener = null;
}

// A cancel link inside a modal dialog closes it; without the modal layer it is a link to where one came from.
document.addEventListener("click", event => {
  const cancel = event.target.closest("[data-dialog-cancel]");
  const dialog = cancel?.closest("dialog");
  if (dialog?.matches(":modal")) { event.preventDefault(); dialog.close(); }
});

document.addEventListener("keydown", event => {
  if (event.key !== "Escape" || event.defaultPrevented || event.target.closest?.(".help-panel") || document.querySelector("dialog:modal, .dropdown-menu.show, .ts-wrapper.dropdown-active")) return;
  document.querySelector("#drawer [data-drawer-close]")?.click();
});

// Help opens beside the page, or inside the dialog it belongs to, and leaves everything as it is.
document.addEventListener("htmx:afterSwap", event => {
  const panel = event.detail.target.querySelector(":scope > .help-panel");
  if (!panel) return;
  panel.querySelector("h2").focus();
  partOfHelp(panel)?.scrollIntoView();
});
document.addEventListener("click", event => { if (event.target.closest("[data-help-close]")) closeHelp(event.target); });
document.addEventListener("keydown", event => {
  if (event.key !== "Escape" || !event.target.closest?.(".help-panel")) return;
  event.preventDefault();
  closeHelp(event.target);
});

// Where the text has a part about the tab that is open, it begins there.
function partOfHelp(panel) {
  const tab = document.querySelector(".nav-tabs .active")?.firstChild.textContent.trim().toLowerCase();
  return tab && [...panel.querySelectorAll(".help-text :is(h2, h3)")].find(heading => heading.textContent.trim().toLowerCase() === tab);
}

function closeHelp(inside) {
  const place = inside.closest(".help-panel").parentElement;
  place.replaceChildren();
  document.querySelector(`[data-help-link][hx-target="#${place.id}"]`)?.focus();
}
