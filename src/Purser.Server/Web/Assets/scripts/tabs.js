import { whenShown } from "./shown.js";

// Where the tabs do not fit, the chosen one is in sight. Only their own row moves, never the page.
whenShown(".nav-tabs .active", tabs => tabs.forEach(tab => {
  const row = tab.parentElement;
  row.scrollLeft = tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
}));
