// Row selection: the bulk bar appears with the first chosen row and says how many are chosen.
import { whenShown } from "./shown.js";

function refresh(table) {
  const everything = [...table.querySelectorAll("[data-select-row]")];
  const chosenOfAll = everything.filter(box => box.checked);
  // Lines within a row are chosen by themselves: the box of the head is about the rows.
  const boxes = everything.filter(box => !box.matches("[data-select-line]"));
  const chosen = boxes.filter(box => box.checked);
  const all = table.querySelector("[data-select-all]");
  if (all) {
    all.checked = boxes.length > 0 && chosen.length === boxes.length;
    all.indeterminate = chosen.length > 0 && chosen.length < boxes.length;
  }
  for (const box of everything) box.closest("tr").toggleAttribute("data-selected", box.checked);
  const bar = table.querySelector("[data-bulk-bar]");
  if (!bar) return;
  bar.hidden = chosenOfAll.length === 0;
  bar.querySelector("[data-bulk-count]").textContent = chosenOfAll.length.toLocaleString("en-US");
}

document.addEventListener("change", event => {
  const table = event.target.closest("[data-table]");
  if (!table) return;
  if (event.target.matches("[data-select-all]")) {
    for (const box of table.querySelectorAll("[data-select-row]:not([data-select-line])")) box.checked = event.target.checked;
  } else if (!event.target.matches("[data-select-row]")) return;
  refresh(table);
});

document.addEventListener("click", event => {
  const clear = event.target.closest("[data-bulk-clear]");
  if (!clear) return;
  const table = clear.closest("[data-table]");
  for (const box of table.querySelectorAll("[data-select-row]")) box.checked = false;
  refresh(table);
});

whenShown("[data-table]", tables => tables.forEach(refresh));

// The search box outlives updates of its table, so that nothing typed is lost; when it is left alone it follows the address.
whenShown(".table-search", forms => forms.forEach(form => {
  const box = form.querySelector("input[type=search]");
  if (box && box !== document.activeElement) box.value = form.dataset.searchText ?? "";
}));
