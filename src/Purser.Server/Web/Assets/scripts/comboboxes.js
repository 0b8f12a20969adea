import TomSelect from "tom-select/dist/esm/tom-select.js";
import clearButton from "tom-select/dist/esm/plugins/clear_button/plugin.js";
import removeButton from "tom-select/dist/esm/plugins/remove_button/plugin.js";
import { whenShown } from "./shown.js";

TomSelect.define("clear_button", clearButton);
TomSelect.define("remove_button", removeButton);

// A select becomes a search-as-you-type field. With data-search it asks the server: GET ?q=… answers [{value, text, detail}].
function enhance(select) {
  if (select.tomselect) return;
  const address = select.dataset.search;
  new TomSelect(select, {
    plugins: select.multiple ? ["remove_button"] : select.required ? [] : ["clear_button"],
    valueField: "value",
    labelField: "text",
    searchField: ["text", "detail"],
    maxOptions: 200,
    dropdownParent: select.closest("dialog") ? null : "body",
    loadThrottle: 200,
    shouldLoad: () => Boolean(address),
    preload: address ? "focus" : false,
    load: address ? (text, done) => load(address, text).then(done, () => done()) : undefined,
    render: { option: line, item: (data, escape) => `<div>${escape(data.text)}</div>`, no_results: () => `<div class="no-results">${select.dataset.none ?? ""}</div>` },
    onInitialize: () => select.setAttribute("aria-hidden", "true"),
    // The search waits for the next key; whoever chose and went on meanwhile would find the list open again behind them.
    onDropdownOpen() { if (!this.isFocused) this.close(); },
    onChange: () => select.dispatchEvent(new Event("chosen", { bubbles: true })),
  });
}

const line = (data, escape) => `<div>${escape(data.text)}${data.detail ? `<div class="text-secondary small">${escape(data.detail)}</div>` : ""}</div>`;

async function load(address, text) {
  const url = new URL(address, location.href);
  url.searchParams.set("q", text);
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  return answer.ok ? answer.json() : [];
}

whenShown("select[data-combobox]", selects => selects.forEach(enhance));

// Short lists that are already on the page (account switcher, column pickers) are filtered in place.
document.addEventListener("input", event => {
  const list = event.target.dataset?.filterList && document.getElementById(event.target.dataset.filterList);
  if (!list) return;
  const words = event.target.value.toLowerCase().trim();
  for (const item of list.querySelectorAll("[data-filter-text]")) item.hidden = !item.dataset.filterText.toLowerCase().includes(words);
});
