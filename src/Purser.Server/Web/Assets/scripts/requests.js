import htmx from "htmx.org";
import { say } from "./toasts.js";

// The content policy forbids eval and inline styles; attributes are never inherited, so that each element says all it does.
Object.assign(htmx.config, {
  allowEval: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  disableInheritance: true,
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
  scrollBehavior: "instant",
  defaultSettleDelay: 0,
  attributesToSettle: ["class", "width", "height"], // not "style", which the content policy refuses
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "422", swap: true },
    { code: "[45]..", swap: false, error: true },
  ],
});

const word = name => document.documentElement.dataset[name] ?? "";

document.addEventListener("htmx:configRequest", event => {
  if (event.detail.verb === "get") return;
  event.detail.headers["RequestVerificationToken"] = document.querySelector("meta[name=antiforgery]")?.content ?? "";
});

document.addEventListener("htmx:responseError", event => {
  const { status } = event.detail.xhr;
  const text = status === 401 ? word("wordsSignedOut") : status === 403 ? word("wordsForbidden")
    : status === 404 ? word("wordsGone") : word("wordsFailed");
  say({ text, tone: "failure" });
});
document.addEventListener("htmx:sendError", () => say({ text: word("wordsUnreachable"), tone: "failure" }));
document.addEventListener("htmx:timeout", () => say({ text: word("wordsUnreachable"), tone: "failure" }));
