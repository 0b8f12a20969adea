import { say } from "./toasts.js";

const ceremonies = {
  create: options => navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) }),
  get: options => navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) }),
};

// A form with a passkey field asks the authenticator first and then posts its answer.
document.addEventListener("htmx:confirm", async event => {
  const field = event.detail.elt.querySelector?.("[data-passkey]");
  if (!field || event.detail.verb !== "post") return;
  event.preventDefault();
  try {
    field.value = JSON.stringify(await ceremonies[field.dataset.passkey](await optionsOf(field)));
  } catch {
    say({ text: field.dataset.failed, tone: "failure" });
    return;
  }
  event.detail.issueRequest(true);
});

async function optionsOf(field) {
  const answer = await fetch(field.dataset.options, {
    method: "POST",
    // An empty form counts as none.
    body: new URLSearchParams({ passkey: field.dataset.passkey }),
    headers: { RequestVerificationToken: document.querySelector("meta[name=antiforgery]")?.content ?? "" },
  });
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.json();
}
