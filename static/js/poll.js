// Asks again how far long work has come, until it is over or the reader pauses it.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const EVERY_MS = 2000;

  for (const section of document.querySelectorAll("[data-poll]")) {
    const body = section.querySelector("[data-poll-body]");
    const pause = section.querySelector("[data-poll-pause]");
    if (!pause) continue;
    section.querySelector("[data-poll-without-script]").hidden = true;
    pause.hidden = false;
    let paused = false;
    // What somebody has opened or stands on by keyboard is not taken from under their hands.
    const isInUse = () => body.querySelector("details[open], :focus-visible") !== null;
    pause.addEventListener("click", () => {
      paused = !paused;
      pause.setAttribute("aria-pressed", String(paused));
      pause.textContent = paused ? "Продолжить обновление" : "Приостановить обновление";
    });
    body.addEventListener("htmx:beforeSwap", (event) => {
      const asked = new URL(body.getAttribute("hx-get"), window.location.href);
      if (new URL(event.detail.xhr.responseURL).pathname === asked.pathname) {
        event.detail.shouldSwap = !isInUse();
        return;
      }
      event.preventDefault(); // led elsewhere: the session is over, and the page itself will ask to log in
      window.location.reload();
    });
    const timer = setInterval(() => {
      if (!section.isConnected) clearInterval(timer);
      else if (!paused && !document.hidden && !isInUse()) body.dispatchEvent(new CustomEvent("poll"));
    }, EVERY_MS);
  }

  // The same sentence again is not read aloud again.
  document.body.addEventListener("htmx:oobBeforeSwap", (event) => {
    const { target, fragment } = event.detail;
    if (target.textContent.trim() === fragment.textContent.trim()) event.detail.shouldSwap = false;
  });
});
