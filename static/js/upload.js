// A form with files: they may be dropped on it, their names are listed, sending shows how far it has come.
// Markup: <form data-upload> with <div class="drop"> around the file input. Without a script it is an ordinary form.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  for (const form of document.querySelectorAll("form[data-upload]")) setUp(form);

  function setUp(form) {
    const drop = form.querySelector(".drop");
    const input = drop.querySelector("input[type=file]");
    const names = drop.appendChild(document.createElement("ul"));
    const state = form.appendChild(document.createElement("div"));
    state.setAttribute("role", "status");

    input.addEventListener("change", () => list(input.files, names));
    for (const kind of ["dragenter", "dragover"]) {
      drop.addEventListener(kind, (event) => {
        event.preventDefault();
        drop.classList.add("over");
      });
    }
    for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("over"));
    drop.addEventListener("drop", (event) => {
      event.preventDefault();
      input.files = event.dataTransfer.files;
      list(input.files, names);
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      send(form, state);
    });
  }

  function list(files, names) {
    names.replaceChildren(...Array.from(files, (file) => {
      const line = document.createElement("li");
      line.textContent = `${file.name} — ${size(file.size)}`;
      return line;
    }));
  }

  function size(bytes) {
    const [number, unit] = bytes < 1048576 ? [bytes / 1024, "КБ"] : [bytes / 1048576, "МБ"];
    return `${number.toLocaleString("ru", { maximumFractionDigits: 1 })}\u00a0${unit}`;
  }

  function send(form, state) {
    const buttons = form.querySelectorAll("button[type=submit]");
    const progress = document.createElement("progress");
    const words = document.createElement("p");
    progress.max = 100;
    progress.setAttribute("aria-label", "Отправка файлов");
    words.textContent = "Файлы отправляются…";
    state.replaceChildren(words, progress);
    for (const button of buttons) button.disabled = true;

    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) progress.value = (100 * event.loaded) / event.total;
    });
    request.upload.addEventListener("load", () => { words.textContent = "Файлы переданы, портал принимает их…"; });
    request.addEventListener("load", () => show(request));
    request.addEventListener("error", () => {
      words.textContent = "Файлы не отправлены: нет связи с порталом. Проверьте соединение и отправьте ещё раз.";
      progress.remove();
      for (const button of buttons) button.disabled = false;
    });
    request.send(new FormData(form));
  }

  // The answer is an ordinary page: the one the form led to, or the form again with its errors. It is shown as it
  // came, since asking for it anew would lose what it has to say once.
  function show(request) {
    if (request.responseURL !== window.location.href) window.history.pushState(null, "", request.responseURL);
    document.open();
    document.write(request.responseText);
    document.close();
  }
});
