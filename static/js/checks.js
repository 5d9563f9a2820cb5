// Ticks all boxes of a table at once. Markup: <p hidden><label><input type="checkbox" data-checks="name">…, shown by this script.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  for (const all of document.querySelectorAll("input[data-checks]")) {
    const boxes = () => document.querySelectorAll(`input[type=checkbox][name="${all.dataset.checks}"]`);
    all.closest("[hidden]").hidden = false;
    all.addEventListener("change", () => { for (const box of boxes()) box.checked = all.checked; });
  }
});
