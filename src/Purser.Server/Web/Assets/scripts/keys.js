// "/" goes to the search box: the one on top of an account's pages, where there is none the page's own; in a dialog its own.
document.addEventListener("keydown", event => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches?.("input, textarea, select, [contenteditable]")) return;
  const box = document.querySelector("dialog:modal input[type=search], header input[type=search][data-search-everything], main input[type=search]");
  if (!box) return;
  event.preventDefault();
  box.focus();
  box.select();
});

// A dropdown with a search box inside starts there.
document.addEventListener("shown.bs.dropdown", event => {
  event.target.parentElement?.querySelector(".dropdown-menu input[type=search]")?.focus();
});

// The arrow keys walk through what hangs below the search box; Escape leaves it.
document.addEventListener("keydown", event => {
  const box = event.target.closest?.("[data-search-box]");
  if (!box) return;
  if (event.key === "Escape") {
    box.querySelector(".search-drop").replaceChildren();
    box.querySelector("input").focus();
    return;
  }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const stops = [box.querySelector("input"), ...box.querySelectorAll(".search-drop a")];
  const next = stops[stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
});
