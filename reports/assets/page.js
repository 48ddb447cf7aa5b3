// What the scripts of the report share. Everything from a heap becomes text, never markup.
globalThis.heapdiff = (() => {
  "use strict";
  const $ = (selector, from = document) => from.querySelector(selector);
  const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];
  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const label = (element, words) => {
    element.setAttribute("aria-label", words);
    return element;
  };
  const button = (words, press, properties = {}) => {
    const made = make("button", { type: "button", textContent: words, ...properties });
    made.addEventListener("click", press);
    return made;
  };
  const counted = (number) => number.toLocaleString("en-US");
  const sized = (bytes) => {
    const size = Math.abs(bytes);
    const sign = bytes < 0 ? "−" : "";
    if (size >= 999.95e6) return sign + (size / 1e9).toFixed(2) + " GB";
    if (size >= 999.5e3) return sign + (size / 1e6).toFixed(1) + " MB";
    return sign + (size >= 999.5 ? (size / 1e3).toFixed(0) + " kB" : size.toFixed(0) + " B");
  };
  // The labels of an axis, in one unit and with as many digits as tell two of them apart.
  const ticked = (ticks) => {
    const largest = Math.max(...ticks.map(Math.abs));
    const [unit, name] = largest >= 999.95e6 ? [1e9, " GB"] : largest >= 999.5e3 ? [1e6, " MB"] : largest >= 999.5 ? [1e3, " kB"] : [1, " B"];
    const step = Math.abs(ticks[1] - ticks[0]) / unit;
    const whole = (number) => Math.abs(number - Math.round(number)) < 1e-6;
    let digits = 0;
    while (digits < 6 && !whole(step * 10 ** digits)) ++digits;
    return ticks.map((bytes) => (bytes === 0 ? "0" : (bytes / unit).toFixed(digits) + name));
  };
  const signed = (number, words) => (number > 0 ? "+" : number < 0 ? "−" : "") + words(Math.abs(number));
  const remembered = (key) => {
    try { return localStorage.getItem("heapdiff-" + key); } catch { return null; }
  };
  const remember = (key, value) => {
    try { localStorage.setItem("heapdiff-" + key, value); } catch { /* a page from disk may have no storage */ }
  };

  // What a screen reader is told of an action that shows nothing else.
  const said = make("output", { className: "unseen", id: "said" });
  document.body.append(said);
  const say = (words) => { said.textContent = words; };

  // The clipboard needs no permission after a press. Where a browser refuses it for a page from disk, a selection works.
  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const open = $("dialog[open]") ?? document.body;
      const area = make("textarea", { value: text, className: "unseen" });
      open.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
  };
  const copyButton = (what, text) => {
    const made = label(button("Copy", async () => {
      await copy(text());
      made.textContent = "Copied";
      say(`Copied the ${what}`);
      setTimeout(() => { made.textContent = "Copy"; }, 1500);
    }, { className: "small copy" }), `Copy the ${what}`);
    return made;
  };

  // A heading of a column is a button that sorts. Cells have their plain value as an attribute.
  const sortable = (table) => {
    const headings = $$("thead th", table);
    headings.forEach((heading, column) => {
      const press = make("button", { type: "button", textContent: heading.textContent });
      heading.replaceChildren(press);
      press.addEventListener("click", () => {
        const numeric = heading.classList.contains("num");
        const before = heading.getAttribute("aria-sort");
        const order = before ? (before === "ascending" ? "descending" : "ascending") : numeric ? "descending" : "ascending";
        for (const other of headings) other.removeAttribute("aria-sort");
        heading.setAttribute("aria-sort", order);
        const sign = order === "ascending" ? 1 : -1;
        const value = (row) => {
          const cell = row.cells[column];
          return cell.dataset.value === undefined ? cell.textContent : Number(cell.dataset.value);
        };
        const compare = (a, b) => (typeof a === "number" ? a - b : a.localeCompare(b, "en", { numeric: true }));
        const body = table.tBodies[0];
        body.append(...[...body.rows].sort((a, b) => sign * compare(value(a), value(b))));
        table.dispatchEvent(new CustomEvent("sorted"));
      });
    });
  };

  /** A table. `columns`: {name, num, wide}; `rows`: lists of nodes, texts or {text, value}. */
  const table = (caption, columns, rows, properties = {}) => {
    const head = make("tr");
    for (const column of columns) {
      const cell = make("th", { scope: "col", textContent: column.name, className: (column.num ? "num" : "") + (column.wide ? " wide" : "") });
      head.append(cell);
    }
    const body = make("tbody");
    for (const row of rows) {
      const line = make("tr");
      row.forEach((cell, i) => {
        const made = make(i === 0 ? "th" : "td");
        if (i === 0) made.scope = "row";
        made.className = (columns[i].num ? "num" : "") + (columns[i].wide ? " wide" : "");
        if (cell && cell.value !== undefined && cell.text !== undefined) {
          made.dataset.value = cell.value;
          made.textContent = cell.text;
        } else {
          made.append(cell);
        }
        line.append(made);
      });
      body.append(line);
    }
    const made = make("table", properties, make("caption", { textContent: caption }), make("thead", {}, head), body);
    const frame = label(make("div", { className: "scroll", tabIndex: 0 }, made), caption);
    frame.setAttribute("role", "group");
    return frame;
  };

  const data = JSON.parse($("#report-data").textContent);
  return { $, $$, make, label, button, counted, sized, ticked, signed, remembered, remember, say, copyButton, sortable, table, data };
})();
