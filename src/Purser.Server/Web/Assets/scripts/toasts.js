// Success fades by itself; a failure stays until it is closed.
const shownFor = 6000;

export function say({ text, tone = "success", link, linkText }) {
  const area = document.getElementById("toasts");
  const pattern = document.getElementById("toast-pattern");
  if (!area || !pattern || !text) return;
  const toast = pattern.content.firstElementChild.cloneNode(true);
  toast.dataset.tone = tone;
  toast.setAttribute("role", tone === "failure" ? "alert" : "status");
  toast.querySelector("[data-text]").textContent = text;
  const anchor = toast.querySelector("a");
  if (link && link.startsWith("/") && !link.startsWith("//")) { anchor.href = link; anchor.textContent = linkText ?? link; } else anchor.remove();
  area.append(toast);
  fade(toast);
}

function fade(toast) {
  if (toast.dataset.tone === "failure") return;
  let timer = setTimeout(() => toast.remove(), shownFor);
  const keep = () => clearTimeout(timer);
  const resume = () => { timer = setTimeout(() => toast.remove(), shownFor); };
  toast.addEventListener("mouseenter", keep);
  toast.addEventListener("focusin", keep);
  toast.addEventListener("mouseleave", resume);
  toast.addEventListener("focusout", resume);
}

document.addEventListener("toast", event => say(event.detail));
document.addEventListener("click", event => event.target.closest("[data-close-toast]")?.closest(".toast-note")?.remove());
for (const toast of document.querySelectorAll(".toast-note")) fade(toast);
