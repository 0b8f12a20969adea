// What the server must know of the viewer to render rightly the first time: zone, and light or dark of the system.
const remember = (name, value) => { document.cookie = `${name}=${encodeURIComponent(value)}; path=/; max-age=31536000; samesite=lax`; };
const remembered = name => document.cookie.split("; ").find(part => part.startsWith(name + "="))?.slice(name.length + 1);

const dark = matchMedia("(prefers-color-scheme: dark)");
const root = document.documentElement;

function applyTheme() {
  const scheme = dark.matches ? "dark" : "light";
  const choice = root.dataset.themeChoice;
  const shown = choice === "light" || choice === "dark" ? choice : scheme;
  remember("purser-scheme", scheme);
  if (root.dataset.bsTheme !== shown) {
    root.dataset.bsTheme = shown;
    document.dispatchEvent(new CustomEvent("purser:theme"));
  }
}

document.addEventListener("click", event => {
  const button = event.target.closest("[data-set-theme]");
  if (!button) return;
  root.dataset.themeChoice = button.dataset.setTheme;
  remember("purser-theme", button.dataset.setTheme);
  for (const other of document.querySelectorAll("[data-set-theme]")) other.setAttribute("aria-pressed", String(other === button));
  applyTheme();
});

dark.addEventListener("change", applyTheme);
applyTheme();

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && remembered("purser-zone") !== encodeURIComponent(zone)) remember("purser-zone", zone);
