// The explorer: a drawer that goes from a suspect, a class or a part of the heap to its objects, to what holds them and to
// what they retain; the treemap; and the table that compares any two snapshots.
(() => {
  "use strict";
  const { $, $$, make, label, button, counted, sized, signed, say, copyButton, sortable, table, data } = heapdiff;
  const e = data.explorer;
  if (!e) return;
  const name = (i) => e.names[i];

  // The data, by name.
  const group = (list) => ({ name: name(list[0]), count: list[1], self: list[2], retained: list[3], ...details(list.slice(4)) });
  const details = (list) => list.length === 0 ? { detailed: false }
    : { detailed: true, path: list[0], largest: list[1], content: list[2], rest: list[3] };
  const subject = (list, kind) => ({ kind, name: name(list[0]), count: list[1], self: list[2], retained: list[3],
    groups: list[4].map(group), otherGroups: list[5], otherCount: list[6], otherRetained: list[7] });
  const cells = e.cells.map((list, i) => ({ at: i, parent: list[0], name: name(list[1]), count: list[2], self: list[3], retained: list[4],
    otherCount: list[5], otherBytes: list[6], children: [], detailed: false }));
  for (const cell of cells) if (cell.parent >= 0) cells[cell.parent].children.push(cell);
  for (const cell of cells) cell.children.sort((a, b) => b.retained - a.retained);
  for (const [at, ...list] of e.details) Object.assign(cells[at], details(list));
  const classes = new Map(e.classes.map((list) => [name(list[0]), list]));
  const whole = cells.length ? cells[0].retained : 0;
  const share = (bytes) => (whole > 0 ? (100 * bytes / whole).toFixed(1) + " %" : "");
  const objects = (count) => `${counted(count)} object${count === 1 ? "" : "s"}`;
  /** "5,000 alike, 12.4 MB", or "12.4 MB" of one object. */
  const alike = (g) => (g.count > 1 ? `${counted(g.count)} alike, ${sized(g.retained)}` : sized(g.retained));

  // Names of edges, as in the retaining path of a suspect.
  const kinds = ["context", "element", "property", "internal", "hidden", "shortcut", "weak", "ephemeron"];
  const edgeWords = (type, edge) => {
    if (type === 0) return `variable ${edge}`;
    if (type === 1 || type === 4) return `[${edge}]`;
    if (type === 2) return /^[A-Za-z_$][\w$]*$/.test(edge) ? `.${edge}` : `["${edge}"]`;
    return `(${edge})`;
  };
  const pathOf = (last) => {
    const steps = [];
    for (let at = last; at >= 0; at = e.steps[at][0]) {
      const [, edge, type, node, nodeType, id, repeats = 1, skipped = 0] = e.steps[at];
      steps.unshift({ edge: edgeWords(type, e.edges[edge]), kind: kinds[type], node: name(node), type: name(nodeType), id, repeats, skipped });
    }
    return steps;
  };
  /** The end of a path in a few words: what the reader knows an object by. */
  const heldBy = (last) => {
    if (last < 0) return "held by nothing that the root reaches";
    const words = [];
    for (const step of pathOf(last).reverse().slice(0, 4)) {
      if (step.kind === "context") {
        words.unshift(step.edge.slice("variable ".length));
        break;
      }
      words.unshift(step.kind === "element" || step.kind === "hidden" ? "[…]" : step.edge.startsWith("(") ? " " + step.edge : step.edge);
    }
    return "held by " + words.join("").trim();
  };
  const named = (words, under) => [words, ...(under ? [make("span", { className: "meta place", textContent: under })] : [])];

  // The drawer.
  const drawer = make("dialog", { id: "drill" });
  drawer.setAttribute("aria-labelledby", "drill-title");
  const title = make("h2", { id: "drill-title", tabIndex: -1 });
  const back = button("Back", () => { views.pop(); show(); });
  const close = button("Close", () => drawer.close());
  const trail = make("p", { className: "meta", id: "drill-trail" });
  const body = make("div", { id: "drill-body" });
  drawer.append(make("div", { className: "drill-head" }, back, close), trail, title, body);
  document.body.append(drawer);
  let views = [];
  const show = () => {
    const view = views.at(-1);
    back.disabled = views.length < 2;
    trail.textContent = views.map((each) => each.name).join(" › ");
    trail.hidden = views.length < 2;
    title.textContent = view.title;
    body.replaceChildren(...view.draw());
    for (const each of $$("table", body)) sortable(each);
    drawer.scrollTop = 0;
    title.focus();
  };
  drawer.addEventListener("close", () => { views = []; });
  drawer.addEventListener("click", (event) => {
    if (event.target === drawer) drawer.close();
  });
  drawer.addEventListener("keydown", (event) => {
    if (event.key === "Backspace" && !(event.target instanceof HTMLInputElement) && views.length > 1) {
      event.preventDefault();
      views.pop();
      show();
    }
  });
  const open = (view) => {
    views.push(view);
    if (!drawer.open) drawer.showModal();
    show();
  };
  const opener = (words, view, full = words) => label(button(words, () => open(view()), { className: "open" }), `Open ${full}`);

  const measures = (g) => {
    const list = make("dl", { className: "facts" });
    const put = (term, value) => list.append(make("div", {}, make("dt", { textContent: term }), make("dd", { textContent: value })));
    put("Objects", counted(g.count));
    put("Shallow size", sized(g.self));
    put("Retained size", sized(g.retained));
    if (whole > 0) put("Of the heap", share(g.retained));
    return list;
  };
  const cell = (number, words = counted) => ({ text: words(number), value: number });

  const subjectView = (list, kind, heading, under) => ({
    name: heading ?? name(list[0]),
    title: heading ?? `Class ${name(list[0])}`,
    draw() {
      const s = subject(list, kind);
      const rows = s.groups.map((g) => [make("span", {}, ...named(opener(g.name, () => groupView(g), `${g.name}, ${alike(g)}`), g.detailed && heldBy(g.path))),
        cell(g.count), cell(g.self, sized), cell(g.retained, sized)]);
      const parts = [...(under ? [make("p", { textContent: under })] : []), measures(s), make("h3", { textContent: "Its objects, alike ones in one row" })];
      parts.push(table("Alike: of one class, and held in one way", [{ name: "Objects" }, { name: "Count", num: true },
        { name: "Shallow size", num: true, wide: true }, { name: "Retained size", num: true }], rows));
      if (s.otherGroups > 0) {
        parts.push(make("p", { className: "meta", textContent: `Held in ${counted(s.otherGroups)} other ways: ${objects(s.otherCount)}, ${sized(s.otherRetained)}.` }));
      }
      return parts;
    },
  });

  const pathList = (last) => {
    const steps = pathOf(last);
    if (steps.length === 0) return [make("p", { textContent: "Nothing that holds leads to it from the root." })];
    const list = make("ol", { className: "path" });
    for (const step of steps) {
      if (step.skipped) list.append(make("li", { className: "gap", textContent: `${step.skipped > 1 ? counted(step.skipped) : "Further"} steps left out` }));
      const line = make("li", { className: step.kind === "internal" || step.kind === "hidden" || step.kind === "shortcut" ? "engine" : "own" });
      line.append(make("p", {}, make("span", { className: "edge", textContent: step.edge }), " → ", make("span", { className: "node", textContent: step.node }),
        make("span", { className: "meta", textContent: ` @${step.id}${step.repeats > 1 ? `, ${counted(step.repeats)} times in a row` : ""}` })));
      list.append(line);
    }
    const text = () => steps.map((step) => `${step.edge} → ${step.node} @${step.id}`).join("\n");
    return [make("div", { className: "path-tools" }, copyButton("path", text)), list];
  };

  const contentTable = (g) => {
    const rows = g.content.map(([at, count, bytes]) => [classes.has(name(at)) ? opener(name(at), () => classView(name(at)), `class ${name(at)}`) : name(at), cell(count), cell(bytes, sized),
      { text: (100 * bytes / Math.max(1, g.retained)).toFixed(1) + " %", value: bytes }]);
    if (g.rest > 0) rows.push(["all other classes", "", cell(g.rest, sized), { text: (100 * g.rest / Math.max(1, g.retained)).toFixed(1) + " %", value: g.rest }]);
    return table("What it retains, by class; itself included", [{ name: "Class" }, { name: "Count", num: true }, { name: "Shallow size", num: true },
      { name: "Share", num: true }], rows);
  };

  const detailParts = (g) => {
    if (!g.detailed) {
      return [make("p", { textContent: "This page has only the sizes of it: it is small, or the page is full. heapdiff explain shows one object, and summary --top more of them." })];
    }
    const parts = [make("h3", { textContent: g.count > 1 ? "Retaining path of the largest" : "Retaining path" }), ...pathList(g.path),
      make("h3", { textContent: "Retained content" }), contentTable(g)];
    if (g.count > 1 || g.largest.length > 0) {
      parts.push(make("h3", { textContent: g.count > 1 ? "Largest of them" : "The object" }),
        table(g.count > g.largest.length ? `${counted(g.largest.length)} of ${counted(g.count)}` : "All of them",
          [{ name: "Node id" }, { name: "Shallow size", num: true }, { name: "Retained size", num: true }],
          g.largest.map(([id, self, retained]) => ["@" + id, cell(self, sized), cell(retained, sized)])),
        make("p", { className: "meta", textContent: "heapdiff explain FILE --id @N shows more of one object." }));
    }
    return parts;
  };

  const groupView = (g) => ({
    name: g.name,
    title: g.count > 1 ? `${counted(g.count)} alike: ${g.name}` : g.name,
    draw: () => [measures(g), ...detailParts(g)],
  });

  const cellView = (at) => {
    const c = cells[at];
    return {
      name: c.name,
      title: c.count > 1 ? `${counted(c.count)} alike: ${c.name}` : c.name,
      draw() {
        const parts = [measures(c)];
        const ways = make("p", { className: "row" });
        if (c.parent >= 0) ways.append(opener(`Dominated by ${cells[c.parent].name}`, () => cellView(c.parent)));
        if (c.children.length) ways.append(button("Show in the treemap", () => { drawer.close(); zoom(c, true); }));
        if (classes.has(c.name)) ways.append(opener(`Class ${c.name}`, () => classView(c.name)));
        if (ways.childNodes.length) parts.push(ways);
        if (c.children.length) {
          const rows = c.children.map((child) => [opener(child.name, () => cellView(child.at), `${child.name}, ${alike(child)}`), cell(child.count), cell(child.retained, sized),
            { text: (100 * child.retained / Math.max(1, c.retained)).toFixed(1) + " %", value: child.retained }]);
          if (c.otherCount) rows.push(["smaller ones", cell(c.otherCount), cell(c.otherBytes, sized), { text: "", value: c.otherBytes }]);
          parts.push(make("h3", { textContent: "What it dominates" }),
            table("Right below it in the dominator tree; alike objects are one row", [{ name: "Part" }, { name: "Objects", num: true }, { name: "Retained size", num: true }, { name: "Share", num: true }], rows));
        }
        return [...parts, ...(c.detailed || !c.children.length ? detailParts(c) : [])];
      },
    };
  };
  const classView = (word) => subjectView(classes.get(word), "class");
  const suspectView = (at) => subjectView(e.suspects[at], "suspect", `Objects of suspect ${at + 1}`, $(`#suspect-${at + 1} h3`)?.textContent);

  // Rows and suspects that can be opened.
  const viewOf = (address) => {
    const colon = address.indexOf(":");
    const kind = address.slice(0, colon);
    const rest = address.slice(colon + 1);
    if (kind === "class") return classes.has(rest) ? () => classView(rest) : null;
    if (kind === "suspect") return Number(rest) < e.suspects.length ? () => suspectView(Number(rest)) : null;
    return cells[Number(rest)] ? () => cellView(Number(rest)) : null;
  };
  for (const place of $$("[data-open]")) {
    const view = viewOf(place.dataset.open);
    if (!view) continue;
    const words = $(".name", place);
    if (words) {
      words.replaceChildren(opener(words.textContent, view));
    } else {
      const number = Number(place.dataset.open.split(":")[1]) + 1;
      $(".tags", place).append(label(button("Explore its objects", () => open(view()), { className: "small" }), `Explore its objects: number ${number}`));
    }
  }

  // The treemap: the parts right below one part, and what lies below each of them. Choosing one goes into it.
  const mapPlace = $("#treemap");
  let zoom = () => {};
  if (mapPlace && cells.length > 1) {
    const crumbs = make("p", { className: "crumbs" });
    const map = label(make("div", { className: "treemap" }), "Treemap of retained size. Arrow keys move, Enter goes into a part, Backspace goes back.");
    map.setAttribute("role", "group");
    const says = make("p", { className: "meta treemap-says" });
    const detail = button("Details", () => open(cellView(current.at)));
    let focus = cells[0];
    let current = focus;
    const tell = (c) => {
      current = c;
      says.textContent = `${c.name}: ${alike(c)}, ${share(c.retained)} of the heap` + (c.otherCount && c === focus ? `; without a box: ${objects(c.otherCount)}, ${sized(c.otherBytes)}` : "");
      label(detail, `Details of ${c.name}`);
    };
    const tone = (words) => {
      let hash = 7;
      for (const letter of words) hash = (hash * 31 + letter.codePointAt(0)) % 4093;
      return hash % 6;
    };
    const draw = () => {
      const width = map.clientWidth;
      const height = map.clientHeight;
      const two = d3.hierarchy(focus, (c) => (c === focus || c.parent === focus.at ? c.children : []));
      two.each((node) => {
        node.value = node.depth === 2 || !node.children ? node.data.retained : 0;
      });
      two.eachAfter((node) => {
        if (node.children) node.value = Math.max(node.data.retained, node.children.reduce((sum, child) => sum + child.value, 0));
      });
      const wide = (node) => (node.depth === 0 ? 0 : 18);
      d3.treemap().size([width, height]).paddingInner(2).paddingOuter(2).paddingTop(wide)(two);
      const boxes = [];
      for (const node of two.descendants().slice(1)) {
        const w = node.x1 - node.x0;
        const h = node.y1 - node.y0;
        const outer = node.parent;
        const cramped = node.depth === 2 && (outer.x1 - outer.x0 < 36 || outer.y1 - outer.y0 < 36);
        if (w < 3 || h < 3 || cramped) continue;
        const c = node.data;
        const short = c.count > 1 ? `${counted(c.count)} × ${c.name}` : c.name;
        const words = `${short}: ${sized(c.retained)}, ${share(c.retained)} of the heap`;
        const box = label(make("button", { type: "button", tabIndex: -1, className: `box depth-${node.depth} tone-${tone(c.name)}`, title: words }), words);
        if (w > 46 && h > 15) box.append(make("span", { textContent: short }));
        Object.assign(box.style, { left: node.x0 + "px", top: node.y0 + "px", width: w + "px", height: h + "px" });
        box.addEventListener("focus", () => tell(c));
        box.addEventListener("mouseenter", () => tell(c));
        box.addEventListener("click", () => (c.children.length ? zoom(c, true) : open(cellView(c.at))));
        boxes.push(box);
      }
      map.replaceChildren(...boxes);
      if (boxes.length) boxes[0].tabIndex = 0;
      const line = [];
      for (let c = focus; c; c = cells[c.parent]) line.unshift(c);
      crumbs.replaceChildren(...line.flatMap((c, i) => [i ? " › " : "", c === focus ? make("strong", { textContent: c.name }) : button(c.name, () => zoom(c, true), { className: "open" })]));
    };
    zoom = (c, move) => {
      focus = c;
      draw();
      tell(c);
      say(`${c.name}, ${alike(c)}`);
      if (move) {
        mapPlace.scrollIntoView({ block: "nearest" });
        (map.firstElementChild ?? detail).focus();
      }
    };
    map.addEventListener("keydown", (event) => {
      const boxes = [...map.children];
      const at = boxes.indexOf(event.target);
      const next = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: boxes.length - 1 }[event.key];
      if (at >= 0 && boxes[next]) {
        event.preventDefault();
        boxes[at].tabIndex = -1;
        boxes[next].tabIndex = 0;
        boxes[next].focus();
      } else if (event.key === "Backspace" && focus.parent >= 0) {
        event.preventDefault();
        zoom(cells[focus.parent], true);
      }
    });
    mapPlace.append(crumbs, map, make("p", { className: "row" }, detail, says));
    mapPlace.hidden = false;
    // A heap hangs from one or two parts that only the engine knows: start where there is a choice.
    while (focus.children.length === 1 && focus.children[0].children.length) focus = focus.children[0];
    draw();
    tell(focus);
    new ResizeObserver(draw).observe(map);
  }

  // Any two snapshots, class by class; of one snapshot its classes.
  const tablePlace = $("#class-table");
  if (tablePlace && e.table.length) {
    const few = 25;
    const several = e.snapshots.length > 1;
    let needle = "";
    let all = false;
    const select = (id, words, chosen) => {
      const made = make("select", { id });
      e.snapshots.forEach((snapshot, i) => made.append(make("option", { value: String(i), textContent: snapshot })));
      made.value = String(chosen);
      made.addEventListener("change", draw);
      return [made, make("span", {}, make("label", { htmlFor: id, textContent: words }), " ", made)];
    };
    const place = make("div", { id: "class-rows" });
    const more = button("", () => { all = !all; draw(); });
    const says = make("p", { className: "meta" });
    let from;
    let to;
    function draw() {
      const a = Number(from?.value ?? 0);
      const b = Number(to?.value ?? 0);
      const rows = e.table.map(([at, ...numbers]) => {
        const of = (k) => ({ count: numbers[3 * k], self: numbers[3 * k + 1], retained: numbers[3 * k + 2] });
        return { word: name(at), before: of(a), after: of(b) };
      }).filter(({ word, before, after }) => (!needle || word.toLowerCase().includes(needle)) && (before.count || after.count));
      const weight = ({ before, after }) => (several ? after.retained - before.retained : after.retained);
      rows.sort((x, y) => weight(y) - weight(x) || (x.word < y.word ? -1 : 1));
      const shown = all ? rows : rows.slice(0, few);
      const change = (x, y, words) => ({ text: signed(y - x, words), value: y - x });
      const columns = several
        ? [{ name: "Class" }, { name: "From", num: true, wide: true }, { name: "To", num: true, wide: true }, { name: "# Delta", num: true },
          { name: "Size Delta", num: true, wide: true }, { name: "Retained Delta", num: true }]
        : [{ name: "Class" }, { name: "Objects", num: true }, { name: "Shallow size", num: true }, { name: "Retained size", num: true }];
      const made = table(several ? "Classes by change of retained size" : "Classes by retained size", columns, shown.map(({ word, before, after }) => {
        const first = make("span", { className: "name" }, classes.has(word) ? opener(word, () => classView(word), `class ${word}`) : word);
        return several
          ? [first, cell(before.count), cell(after.count), change(before.count, after.count, counted), change(before.self, after.self, sized), change(before.retained, after.retained, sized)]
          : [first, cell(after.count), cell(after.self, sized), cell(after.retained, sized)];
      }));
      sortable($("table", made));
      place.replaceChildren(made);
      more.textContent = all ? `Show the first ${few}` : `Show all ${counted(rows.length)} classes`;
      more.hidden = rows.length <= few;
      says.textContent = several && a === b ? "Both are the same snapshot." : "";
      return rows.length;
    }
    if (several) {
      const [first, firstLabel] = select("from", "From snapshot", 0);
      const [last, lastLabel] = select("to", "To snapshot", e.snapshots.length - 1);
      from = first;
      to = last;
      const swap = button("Swap", () => { [from.value, to.value] = [to.value, from.value]; draw(); });
      tablePlace.append(make("p", { className: "row", id: "compare-tools" }, firstLabel, lastLabel, swap));
    }
    draw();
    tablePlace.append(says, place, more);
    tablePlace.hidden = false;
    document.addEventListener("heapdiff-search", (event) => {
      needle = event.detail.needle;
      event.detail.rows += needle ? draw() : (draw(), 0);
    });
  }
})();
