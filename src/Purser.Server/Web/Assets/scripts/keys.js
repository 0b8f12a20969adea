// "/" goes to the search box: the page's own if it has one, else the one on top.
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
