// The builder of indicators: what is typed while an answer is on its way is not lost. Without a script buttons do it.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const form = document.getElementById("builder");
  const filledIn = () => new URLSearchParams(new FormData(form)).toString();
  let sent = "";
  let pressed = "show";

  const isOfWorkshop = (event) => event.detail.target && event.detail.target.id === "workshop";

  // A second click on «Сохранить» while the first is on its way would come too late and be told off.
  let isOnItsWay = false;
  form.addEventListener("submit", (event) => {
    if (isOnItsWay) event.preventDefault();
    isOnItsWay = true;
  });
  window.addEventListener("pageshow", () => { isOnItsWay = false; });

  form.addEventListener("htmx:beforeRequest", (event) => {
    if (!isOfWorkshop(event)) return;
    sent = filledIn();
    pressed = event.detail.requestConfig.parameters.do || "show";
  });

  form.addEventListener("htmx:beforeSwap", (event) => {
    if (!isOfWorkshop(event) || filledIn() === sent) return;
    // The fields in the answer are those of a moment ago: ask again with what stands there now.
    event.detail.shouldSwap = false;
    htmx.ajax("POST", form.getAttribute("action"), {
      source: form, target: "#workshop", swap: "outerHTML", values: { do: pressed },
    }).catch(() => {}); // given up for a newer one
  });
});
