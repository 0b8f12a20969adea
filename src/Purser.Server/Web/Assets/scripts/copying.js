import { say } from "./toasts.js";

document.addEventListener("click", async event => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = button.dataset.copy.startsWith("#") ? document.querySelector(button.dataset.copy) : null;
  await navigator.clipboard.writeText(source ? source.textContent : button.dataset.copy);
  say({ text: document.documentElement.dataset.wordsCopied });
});

document.addEventListener("click", event => { if (event.target.closest("[data-print]")) print(); });
