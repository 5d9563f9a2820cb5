// A table of fields filled in like a spreadsheet: arrows and Enter move, a block from Excel is pasted as a block.
// Markup: <table data-grid> with text inputs; <p data-grid-says role="status"> outside of it. Without a script it is an
// ordinary form.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  for (const table of document.querySelectorAll("table[data-grid]")) setUp(table);

  function setUp(table) {
    const rows = Array.from(table.tBodies)
      .flatMap((body) => Array.from(body.rows))
      .map((row) => Array.from(row.querySelectorAll("input[type=text]")))
      .filter((inputs) => inputs.length);
    const status = table.closest("form").querySelector("[data-grid-says]");
    const pasted = []; // what pastes replaced, for Ctrl+Z
    const before = new Map(rows.flat().map((input) => [input, input.value]));
    let isSent = false;

    table.addEventListener("keydown", (event) => {
      const place = placeOf(event.target);
      if (!place || event.altKey) return;
      if ((event.ctrlKey || event.metaKey) && event.code === "KeyZ" && pasted.length) {
        event.preventDefault();
        takeBack(pasted.pop());
        say("Вставка отменена.");
      }
      if (event.ctrlKey || event.metaKey) return;
      const [down, right] = step(event);
      if (!down && !right) return;
      event.preventDefault();
      focus(place.row + down, place.column + right);
    });

    table.addEventListener("paste", (event) => {
      const place = placeOf(event.target);
      const block = blockOf(event.clipboardData.getData("text/plain"));
      if (!place || (block.length === 1 && block[0].length === 1)) return; // one number goes where the caret is
      event.preventDefault();
      const replaced = [];
      let left = 0;
      block.forEach((line, down) => line.forEach((text, right) => {
        const input = (rows[place.row + down] || [])[place.column + right];
        if (!input) {
          left += text.trim() ? 1 : 0;
          return;
        }
        replaced.push([input, input.value]);
        input.value = text.trim();
        mark(input);
      }));
      pasted.push(replaced);
      say(`Вставлено ячеек: ${replaced.length}.` + (left ? ` Не поместилось в таблицу: ${left}.` : "")
        + " Отменить вставку — Ctrl+Z.");
    });

    table.addEventListener("input", (event) => mark(event.target));
    table.closest("form").addEventListener("submit", () => { isSent = true; });
    window.addEventListener("beforeunload", (event) => {
      const isUnsaved = table.hasAttribute("data-unsaved"); // what came back with errors
      if (!isSent && (isUnsaved || rows.flat().some((input) => input.value !== before.get(input)))) event.preventDefault();
    });

    function placeOf(input) {
      const row = rows.findIndex((inputs) => inputs.includes(input));
      return row < 0 ? null : { row, column: rows[row].indexOf(input) };
    }

    // To the side only from the end of what is typed, so that one can still move within it.
    function step(event) {
      const { selectionStart: from, selectionEnd: to, value } = event.target;
      const isAll = from === 0 && to === value.length;
      switch (event.key) {
        case "ArrowDown": return [1, 0];
        case "ArrowUp": return [-1, 0];
        case "Enter": return [event.shiftKey ? -1 : 1, 0];
        case "ArrowLeft": return isAll || (from === 0 && to === 0) ? [0, -1] : [0, 0];
        case "ArrowRight": return isAll || (from === value.length && to === value.length) ? [0, 1] : [0, 0];
        default: return [0, 0];
      }
    }

    function focus(row, column) {
      const input = (rows[row] || [])[column];
      if (!input) return;
      input.focus();
      input.select();
    }

    function takeBack(replaced) {
      for (const [input, value] of replaced) {
        input.value = value;
        mark(input);
      }
    }

    function mark(input) {
      input.classList.toggle("changed", input.value !== before.get(input));
    }

    function say(text) {
      status.textContent = text;
    }
  }

  // As Excel copies cells: tabs and line ends between them, quotes around a cell that holds either.
  function blockOf(text) {
    const lines = [[""]];
    let isQuoted = false;
    const source = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
    for (let at = 0; at < source.length; at += 1) {
      const letter = source[at];
      const line = lines[lines.length - 1];
      if (letter === '"' && (isQuoted || line[line.length - 1] === "")) {
        if (isQuoted && source[at + 1] === '"') {
          line[line.length - 1] += '"';
          at += 1;
        } else isQuoted = !isQuoted;
      } else if (!isQuoted && letter === "\t") line.push("");
      else if (!isQuoted && letter === "\n") lines.push([""]);
      else line[line.length - 1] += letter;
    }
    return lines;
  }
});
