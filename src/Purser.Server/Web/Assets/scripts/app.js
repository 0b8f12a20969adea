import "@tabler/core";
import "./requests.js";
import "./viewer.js";
import "./toasts.js";
import "./tables.js";
import "./overlays.js";
import "./menus.js";
import "./comboboxes.js";
import "./keys.js";
import "./copying.js";
import "./passkeys.js";
import "./sums.js";
import "./ticks.js";
import "./tabs.js";
import { whenShown } from "./shown.js";

// The charting library is larger than all the rest: it is fetched by pages that show a chart only.
whenShown("[data-chart]", async elements => (await import(document.documentElement.dataset.charts)).draw(elements));
