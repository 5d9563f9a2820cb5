// Asks before a page with unsaved decisions is left. Markup: <form data-guard>, with data-unsaved where what came back is
// not saved yet. Without a script nothing asks.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  for (const form of document.querySelectorAll("form[data-guard]")) {
    const filledIn = () => new URLSearchParams(new FormData(form)).toString();
    const before = filledIn();
    let isSent = false;
    form.addEventListener("submit", () => { isSent = true; });
    window.addEventListener("pageshow", () => { isSent = false; });
    window.addEventListener("beforeunload", (event) => {
      if (!isSent && (form.hasAttribute("data-unsaved") || filledIn() !== before)) event.preventDefault();
    });
  }
});
