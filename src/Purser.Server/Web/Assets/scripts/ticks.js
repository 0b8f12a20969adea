import { whenShown } from "./shown.js";

// A button that names a box to tick first is active only after it (domain rules 7.2). Without scripts the server refuses.
const follow = button => {
  const box = button.form?.elements[button.dataset.needsTick];
  if (box) button.disabled = !box.checked;
};

whenShown("[data-needs-tick]", buttons => buttons.forEach(follow));
document.addEventListener("change", event => event.target.form?.querySelectorAll("[data-needs-tick]").forEach(follow));
