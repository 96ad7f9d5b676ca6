// Shows pasted rows as a table whose cells can be changed. What is sent stays the text of the area:
// the server reads it by the same rules, with this file or without it.
"use strict";
(() => {
  // More than a phone can show at once; longer texts stay text.
  const MOST_ROWS = 400;
  const MOST_COLUMNS = 30;

  const cellsOf = (text) => {
    const mark = text.includes("\t") ? "\t" : ";";
    const rows = [];
    let row = [];
    let cell = "";
    let quoted = false;
    for (let at = 0; at < text.length; at += 1) {
      const sign = text[at];
      if (quoted) {
        if (sign !== '"') cell += sign;
        else if (text[at + 1] === '"') cell += text[(at += 1)];
        else quoted = false;
      } else if (sign === '"' && cell === "") quoted = true;
      else if (sign === mark) {
        row.push(cell);
        cell = "";
      } else if (sign === "\n") {
        rows.push([...row, cell]);
        row = [];
        cell = "";
      } else if (sign !== "\r") cell += sign;
    }
    if (cell !== "" || row.length) rows.push([...row, cell]);
    // A quotation mark without its partner is a sign like any other: leave such a text as it is.
    return quoted ? [] : rows;
  };

  const written = (text) =>
    /[\t\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

  const textOf = (table) =>
    [...table.tBodies[0].rows]
      .map((row) => [...row.querySelectorAll("input")].map((cell) => written(cell.value)).join("\t"))
      .join("\n");

  const element = (name, properties, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };

  const letterOf = (index) =>
    (index >= 26 ? String.fromCharCode(64 + Math.floor(index / 26)) : "") +
    String.fromCharCode(65 + (index % 26));

  for (const area of document.querySelectorAll("textarea[data-grid]")) {
    const words = area.dataset;
    const toggle = element("button", { type: "button", className: "button button--quiet button--small" });
    const place = element("div", { hidden: true });
    place.className = "scroll";
    place.tabIndex = 0;
    place.setAttribute("role", "region");
    place.setAttribute("aria-label", words.caption);
    const line = element("p", { hidden: true, className: "sheet-toggle" }, toggle);
    area.after(place, line);

    const cellAt = (row, column) =>
      place.querySelector(`tbody tr:nth-child(${row + 1}) td:nth-of-type(${column + 1}) input`);

    const tell = () => {
      area.value = textOf(place.querySelector("table"));
      area.dispatchEvent(new Event("input", { bubbles: true }));
    };

    const build = (rows) => {
      const width = Math.max(...rows.map((row) => row.length));
      const sizes = Array.from({ length: width }, (_, column) =>
        Math.min(28, Math.max(3, ...rows.map((row) => (row[column] ?? "").length))),
      );
      const head = element("tr", {}, element("th", { scope: "col", className: "num", textContent: words.row }));
      for (let column = 0; column < width; column += 1)
        head.append(element("th", { scope: "col", textContent: letterOf(column) }));
      const body = element("tbody");
      rows.forEach((texts, row) => {
        const made = element("tr", {}, element("th", { scope: "row", className: "num", textContent: row + 1 }));
        for (let column = 0; column < width; column += 1) {
          const input = element("input", { className: "input", value: texts[column] ?? "", size: sizes[column], autocomplete: "off" });
          input.setAttribute("aria-label", `${words.row} ${row + 1}, ${words.column} ${letterOf(column)}`);
          made.append(element("td", {}, input));
        }
        body.append(made);
      });
      const table = element("table", { className: "data sheet" }, element("thead", {}, head), body);
      place.replaceChildren(table);
    };

    const show = (asTable) => {
      const rows = asTable ? cellsOf(area.value) : [];
      const fits = rows.length > 0 && rows.length <= MOST_ROWS && rows.some((row) => row.length > 1) &&
        rows.every((row) => row.length <= MOST_COLUMNS);
      if (fits) build(rows);
      place.hidden = !fits;
      area.hidden = fits;
      line.hidden = area.value.trim() === "";
      toggle.textContent = fits ? words.asText : words.asTable;
    };

    toggle.addEventListener("click", () => {
      show(place.hidden);
      (place.hidden ? area : place).focus();
    });
    area.addEventListener("paste", () => setTimeout(() => show(true)));

    place.addEventListener("input", (event) => {
      event.stopPropagation();
      tell();
    });

    // Cells pasted into a cell spread from there to the right and down.
    place.addEventListener("paste", (event) => {
      const text = event.clipboardData.getData("text").replace(/[\r\n]+$/, "");
      if (!/[\t\n]/.test(text)) return;
      event.preventDefault();
      const start = event.target.closest("td");
      const top = start.parentElement.sectionRowIndex;
      const left = start.cellIndex - 1;
      cellsOf(text).forEach((row, down) =>
        row.forEach((value, right) => {
          const cell = cellAt(top + down, left + right);
          if (cell) cell.value = value;
        }),
      );
      tell();
    });

    // Enter goes down a column, as in a spreadsheet, and does not send the form.
    place.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
      event.preventDefault();
      const cell = event.target.closest("td");
      cellAt(cell.parentElement.sectionRowIndex + 1, cell.cellIndex - 1)?.focus();
    });

    show(true);
  }
})();
