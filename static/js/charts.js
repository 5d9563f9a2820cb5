// Draws the charts of a page from the specifications that stand in it. Where that fails, their tables stay open.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const OPTIONS = {
    actions: false,
    ast: true, // expressions are interpreted, so the content security policy needs no eval
    defaultStyle: false,
    mode: "vega-lite",
    renderer: "svg",
    tooltip: { disableDefaultStyle: true },
    formatLocale: { decimal: ",", thousands: "\u00a0", grouping: [3], currency: ["", "\u00a0₽"], minus: "\u2212" },
  };

  for (const figure of document.querySelectorAll("[data-chart]")) {
    const spec = JSON.parse(figure.querySelector("script[type='application/json']").textContent);
    vegaEmbed(figure.querySelector(".chart-drawing"), spec, OPTIONS)
      .then(() => {
        figure.querySelector("details").open = false;
        // The drawing has one name, in the page; what stands inside it would be read out piece by piece.
        figure.querySelector(".chart-drawing svg").setAttribute("aria-hidden", "true");
      })
      .catch(() => { figure.querySelector(".chart-scroll").hidden = true; });
  }
});
