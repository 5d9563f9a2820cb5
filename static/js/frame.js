// The frame of every page: what is easier with a script. Everything here also works without one.
"use strict";

document.documentElement.classList.add("js");

document.addEventListener("DOMContentLoaded", () => {
  for (const form of document.querySelectorAll("[data-switch]")) {
    const select = form.querySelector("select");
    let byPointer = false; // with the keyboard a list changes at every arrow: there Enter or the button sends it
    select.addEventListener("pointerdown", () => { byPointer = true; });
    select.addEventListener("keydown", (event) => {
      byPointer = false;
      if (event.key === "Enter") {
        event.preventDefault();
        form.requestSubmit();
      }
    });
    select.addEventListener("change", () => { if (byPointer) form.requestSubmit(); });
  }

  const menus = document.querySelectorAll("details.menu");
  document.addEventListener("click", (event) => {
    for (const menu of menus) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      for (const menu of menus) {
        if (menu.open) {
          menu.open = false;
          menu.querySelector("summary").focus();
        }
      }
    }
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      const search = document.getElementById("search-words");
      if (search) {
        event.preventDefault();
        search.focus();
      }
    }
  });
});
