// Makes the report easier to walk through. Everything here is also on the page without scripts.
(() => {
  "use strict";
  const { $, $$, make, label, button, sized, ticked, remembered, remember, copyButton, sortable, data } = heapdiff;
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const redraws = [];

  // Theme: the system's until the reader chooses.
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const dark = () => (root.dataset.theme ?? (system.matches ? "dark" : "light")) === "dark";
  const themeButton = make("button", { type: "button", id: "theme" });
  const showTheme = () => {
    themeButton.textContent = dark() ? "Light" : "Dark";
    themeButton.setAttribute("aria-label", dark() ? "Switch to light colours" : "Switch to dark colours");
    for (const redraw of redraws) redraw();
  };
  const chosen = remembered("theme");
  if (chosen === "dark" || chosen === "light") root.dataset.theme = chosen;
  themeButton.addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    remember("theme", root.dataset.theme);
    showTheme();
  });
  system.addEventListener("change", showTheme);

  // Search: rows and items without the words go away. Charts stay; a retaining path stays whole, its matches are marked.
  // Tables that scripts make hear of it by an event: they hold more rows than they show.
  const searchable = $$("main tbody tr, main .list > li, main .sites > li, main .inputs > li").filter((item) => !item.closest("#class-table"));
  const paths = $$("main .path > li");
  const contents = new Map($$("main > section").map((section) => [section, section.textContent.toLowerCase()]));
  const field = make("input", { type: "search", id: "search", placeholder: "Search  ( / )" });
  field.setAttribute("aria-label", "Search the report");
  const told = make("output", { className: "meta" });
  told.htmlFor.add("search");
  const marks = (needle) => {
    if (!globalThis.Highlight || !CSS.highlights) return;
    CSS.highlights.delete("found");
    if (!needle) return;
    const ranges = [];
    const walker = document.createTreeWalker($("main"), NodeFilter.SHOW_TEXT);
    while (walker.nextNode() && ranges.length < 5000) {
      const lower = walker.currentNode.data.toLowerCase();
      if (lower.length !== walker.currentNode.data.length) continue;
      for (let at = lower.indexOf(needle); at >= 0; at = lower.indexOf(needle, at + needle.length)) {
        const range = new Range();
        range.setStart(walker.currentNode, at);
        range.setEnd(walker.currentNode, at + needle.length);
        ranges.push(range);
      }
    }
    CSS.highlights.set("found", new Highlight(...ranges));
  };
  const search = () => {
    const needle = field.value.trim().toLowerCase();
    const asked = new CustomEvent("heapdiff-search", { detail: { needle, rows: 0 } });
    document.dispatchEvent(asked);
    let rows = asked.detail.rows;
    for (const item of searchable) {
      const found = !needle || item.textContent.toLowerCase().includes(needle);
      item.hidden = !found;
      rows += found ? 1 : 0;
    }
    rows += paths.filter((step) => step.textContent.toLowerCase().includes(needle)).length;
    for (const more of $$("main details.more")) {
      if (needle && more.textContent.toLowerCase().includes(needle)) more.open = true;
    }
    let sections = 0;
    for (const [section, text] of contents) {
      const found = !needle || text.includes(needle) || $$("tbody tr:not([hidden])", section).length > 0;
      section.classList.toggle("empty", !found);
      $(`nav a[href="#${section.id}"]`)?.parentElement.classList.toggle("empty", !found);
      sections += found ? 1 : 0;
    }
    marks(needle);
    told.textContent = needle ? (sections ? `${rows} rows, ${sections} sections` : "nothing found") : "";
  };
  let waiting = 0;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(search, 80);
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof HTMLInputElement;
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      field.focus();
    } else if (event.key === "Escape" && event.target === field) {
      field.value = "";
      search();
    }
  });
  $("#tools").append(told, make("label", {}, field), themeButton);

  // Copy buttons: the signature, and each place, which may also open in an editor.
  for (const signature of $$(".signature")) signature.after(" ", copyButton("signature", () => signature.textContent));

  for (const table of $$("table.sortable")) sortable(table);

  // Retaining paths: all steps open or closed, the engine's own steps out of the way, arrow keys from step to step.
  for (const path of $$(".path")) {
    const steps = $$("details", path);
    const all = make("button", { type: "button", textContent: "Open all steps" });
    const own = make("button", { type: "button", textContent: "Hide engine steps" });
    own.setAttribute("aria-pressed", "false");
    all.addEventListener("click", () => {
      const open = !steps.every((step) => step.open);
      for (const step of steps) step.open = open;
    });
    path.addEventListener("toggle", () => {
      all.textContent = steps.every((step) => step.open) ? "Close all steps" : "Open all steps";
    }, true);
    own.addEventListener("click", () => {
      const hide = own.getAttribute("aria-pressed") !== "true";
      own.setAttribute("aria-pressed", String(hide));
      for (const step of $$(".engine", path)) step.hidden = hide;
    });
    path.addEventListener("keydown", (event) => {
      const shown = $$("summary", path).filter((summary) => !summary.closest("li").hidden);
      const at = shown.indexOf(event.target);
      const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: shown.length - 1 }[event.key];
      if (at >= 0 && shown[next]) {
        event.preventDefault();
        shown[next].focus();
      } else if (at >= 0 && (event.key === "ArrowRight" || event.key === "ArrowLeft")) {
        event.preventDefault();
        event.target.parentElement.open = event.key === "ArrowRight";
      }
    });
    const text = () => $$("li", path).map((step) => $("summary", step)?.textContent ?? step.textContent).map((line) => line.replace(/\s+/g, " ").trim()).join("\n");
    path.before(make("div", { className: "path-tools" }, all, ...($(".engine", path) ? [own] : []), copyButton("path", text)));
  }

  // Growth chart with a cursor, in place of the still one.
  const chartPlace = $("#growth-chart");
  if (chartPlace && data.x.length > 1) {
    const x = data.timed ? data.x.map((hours) => data.start + hours * 3600) : data.x;
    const banded = data.low.length > 0;
    const lines = [x, data.bytes];
    // Without a cursor the legend tells the last snapshot's values.
    const at = (chart, number, value) => value ?? chart.data[number][x.length - 1];
    const value = (chart, bytes, number) => sized(at(chart, number, bytes));
    const series = [
      { label: data.timed ? "Time (UTC)" : "Snapshot",
        value: (chart, when, number) => {
          const shown = at(chart, number, when);
          return data.timed ? new Date(shown * 1000).toISOString().slice(0, 19).replace("T", " ") : "#" + shown;
        } },
      { label: "Shallow size", stroke: () => css("--accent"), width: 2.25, value,
        points: { size: 8, width: 2, fill: () => css("--card"), show: x.length <= 120 } },
    ];
    const bands = [];
    if (data.fit.length) {
      lines.push(data.fit);
      series.push({ label: "Fitted", stroke: () => css("--soft"), width: 1.5, dash: [5, 4], points: { show: false }, value });
    }
    if (banded) {
      // The lines of a slope's interval cross in the middle, so each is the upper edge on one side.
      lines.push(data.low, data.high);
      const edge = { stroke: () => css("--soft"), width: 0, points: { show: false }, value };
      series.push({ ...edge, label: "Lowest" }, { ...edge, label: "Highest" });
      const fill = () => css("--accent") + "2e";
      bands.push({ series: [3, 4], fill }, { series: [4, 3], fill });
    }
    const axis = { stroke: () => css("--soft"), grid: { stroke: () => css("--rule"), width: 1 }, ticks: { show: false },
      font: "12px " + css("--sans") };
    const span = x[x.length - 1] - x[0];
    const xLabels = (_, splits) => splits.map((at) => {
      if (!data.timed) return Number.isInteger(at) ? "#" + at : "";
      const time = new Date(at * 1000).toISOString();
      return span > 172800 ? time.slice(5, 10) : span > 7200 ? time.slice(11, 16) : time.slice(11, 19);
    });
    const height = () => (chartPlace.clientWidth < 600 ? 260 : 320);
    const [axisLow, axisHigh] = data.axis;
    let low = axisLow;
    chartPlace.hidden = false;
    const chart = new uPlot({
      width: chartPlace.clientWidth, height: height(), series, bands, padding: [12, 34, 0, 0],
      legend: { markers: { show: false } },
      tzDate: (at) => uPlot.tzDate(new Date(at * 1000), "Etc/UTC"),
      scales: { x: { time: data.timed }, y: { range: () => [low, axisHigh] } },
      axes: [{ ...axis, values: xLabels, space: 84, gap: 10 }, { ...axis, size: 72, values: (_, splits) => ticked(splits) }],
    }, lines, chartPlace);
    for (const still of $$(".chart")) still.classList.add("still");
    new ResizeObserver(() => {
      if (chartPlace.clientWidth) chart.setSize({ width: chartPlace.clientWidth, height: height() });
    }).observe(chartPlace);
    redraws.push(() => chart.redraw(false, true));
    const words = $("#axis");
    if (words) {
      const above = words.textContent;
      const zero = button("Axis from zero", () => {
        low = low > 0 ? 0 : axisLow;
        zero.setAttribute("aria-pressed", String(low === 0));
        words.textContent = low === 0 ? "The axis starts at zero." : above;
        chart.setScale("y", { min: low, max: axisHigh });
      }, { className: "small" });
      zero.setAttribute("aria-pressed", "false");
      words.after(zero);
    }
  }

  // Icicle of growth: a part takes as much width as it took bytes; choosing one makes it as wide as the chart.
  const iciclePlace = $("#icicle");
  if (iciclePlace && data.tree.bytes > 0) {
    const rest = (node) => Math.max(0, node.bytes - (node.children ?? []).reduce((sum, child) => sum + child.bytes, 0));
    const tree = d3.hierarchy(data.tree).sum(rest);
    const row = 46;
    d3.partition().size([1, tree.height + 1])(tree);
    const says = make("p", { className: "icicle-says meta", textContent: "Choose a part to widen it; choose it again to go back." });
    const chart = make("div", { className: "icicle" });
    chart.setAttribute("role", "group");
    chart.setAttribute("aria-label", "Icicle of memory growth");
    chart.style.height = (tree.height + 1) * row + "px";
    let focus = tree;
    const boxes = tree.descendants().map((node) => {
      const share = ((100 * node.data.bytes) / data.tree.bytes).toFixed(1) + " %";
      const words = `${node.data.name}: ${sized(node.data.bytes)}, ${share}`;
      const box = make("button", { type: "button", className: node.data.kind, title: words, textContent: `${node.data.name}: ${sized(node.data.bytes)}` });
      const tell = () => { says.textContent = words; };
      box.addEventListener("focus", tell);
      box.addEventListener("mouseenter", tell);
      box.addEventListener("click", () => {
        focus = focus === node && node.parent ? node.parent : node;
        place();
      });
      return [node, box];
    });
    const place = () => {
      const width = focus.x1 - focus.x0;
      for (const [node, box] of boxes) {
        const left = Math.max(0, (node.x0 - focus.x0) / width);
        const right = Math.min(1, (node.x1 - focus.x0) / width);
        box.hidden = right - left < 0.002;
        box.style.left = left * 100 + "%";
        box.style.width = (right - left) * 100 + "%";
        box.style.top = node.y0 * row + "px";
        box.style.height = row + "px";
      }
    };
    place();
    chart.append(...boxes.map(([, box]) => box));
    iciclePlace.append(chart, says);
    iciclePlace.hidden = false;
  }
  showTheme();
})();
