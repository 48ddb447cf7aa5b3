// Drives the HTML report as a reader does. Usage: node drive.mjs LEAK.html HEALTHY.html
// The first page is of one leak, the second one of a healthy program.
import assert from "node:assert/strict";
import { browser, open } from "./browser.mjs";

const [leak, healthy] = process.argv.slice(2);

const column = (page, table, index) =>
  page.locator(`${table} tbody tr`).evaluateAll((rows, i) => rows.map((row) => row.cells[i].textContent), index);
const opened = (page) => page.locator("#drill-title").textContent();
const background = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);

{
  const { page, trouble, close } = await open(leak);
  assert.equal(await page.locator("h1").count(), 1);
  assert.match(await page.locator("h1").textContent(), /cache\.service\.ts:53/);
  assert.ok(await page.locator("#growth-chart canvas").isVisible());
  assert.equal(await page.locator("svg.chart:visible").count(), 0);

  // Lines of code follow one another without a gap.
  const tops = await page.locator("#suspect-1 .code").first().locator(".row").evaluateAll((all) => all.map((row) => row.getBoundingClientRect()).map(({ top, height }) => [top, height]));
  assert.ok(tops.length > 2);
  assert.ok(tops[1][0] - tops[0][0] < 1.5 * tops[0][1], JSON.stringify(tops));

  // Sort by name, both ways, from the keyboard.
  const heading = page.locator("#constructors thead th").first();
  await heading.getByRole("button").press("Enter");
  assert.equal(await heading.getAttribute("aria-sort"), "ascending");
  const names = await column(page, "#constructors", 0);
  assert.ok(names.length > 5);
  assert.deepEqual(names, [...names].sort((a, b) => a.localeCompare(b, "en", { numeric: true })));
  await heading.getByRole("button").press("Enter");
  assert.equal(await heading.getAttribute("aria-sort"), "descending");
  assert.deepEqual(await column(page, "#constructors", 0), names.reverse());
  // A column of numbers sorts by value, largest first.
  await page.locator("#constructors thead th").nth(2).getByRole("button").click();
  const counts = (await column(page, "#constructors", 2)).map((text) => Number(text.replaceAll(",", "")));
  assert.deepEqual(counts, [...counts].sort((a, b) => b - a));
  assert.equal(await page.locator("#constructors th[aria-sort]").count(), 1);

  // Search with the slash key; Escape brings everything back.
  const rows = page.locator("#constructors tbody tr:visible");
  const all = await rows.count();
  await page.keyboard.press("/");
  await page.keyboard.type("EventEmitter");
  await page.waitForFunction(() => /rows/.test(document.querySelector("#tools output").textContent));
  assert.equal(await rows.count(), 1);
  assert.ok(await page.locator("#growth-chart canvas").isVisible());
  const found = await page.locator("#class-rows tbody tr").evaluateAll((all) => all.map((row) => row.cells[0].textContent));
  assert.ok(found.length > 0 && found.every((name) => name.toLowerCase().includes("eventemitter")));
  assert.ok((await page.locator("#suspect-1 .path > li:visible").count()) > 5);
  assert.ok(await page.evaluate(() => CSS.highlights.get("found").size > 0));
  await page.keyboard.press("Escape");
  assert.equal(await rows.count(), all);

  // The retaining path: open a step, walk with the arrow keys, hide the engine's steps.
  const steps = page.locator("#suspect-1 .path > li");
  const last = steps.last().locator("summary");
  assert.ok(!(await steps.last().locator("dl").isVisible()));
  await last.click();
  assert.ok(await steps.last().locator("dl").isVisible());
  assert.match(await steps.last().locator("dl").textContent(), /Node id@\d+/);
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  assert.ok(await steps.first().locator("dl").isVisible());
  const engine = page.getByRole("button", { name: "Hide engine steps" });
  await engine.click();
  assert.equal(await page.locator("#suspect-1 .path > li.engine:visible").count(), 0);
  assert.ok((await page.locator("#suspect-1 .path > li:visible").count()) > 5);
  await engine.click();
  await page.getByRole("button", { name: "Open all steps" }).click();
  assert.equal(await page.locator("#suspect-1 .path details:not([open])").count(), 0);

  // The icicle: the root spans the chart; choosing a part makes it as wide.
  const whole = (await page.locator(".icicle .all").boundingBox()).width;
  const part = page.locator(".icicle .artefact");
  assert.ok((await part.boundingBox()).width < whole / 2);
  await part.click();
  assert.ok(Math.abs((await part.boundingBox()).width - whole) < 2);

  // The chart's axis starts at zero, or a button does it.
  const axis = page.locator("#axis");
  if (await axis.count()) {
    await page.getByRole("button", { name: "Axis from zero" }).click();
    assert.equal(await axis.textContent(), "The axis starts at zero.");
  }

  // Any two snapshots: the middle two, and back to all.
  const before = await column(page, "#class-rows", 5);
  const snapshots = await page.locator("#from option").count();
  assert.ok(snapshots >= 3);
  await page.locator("#from").selectOption({ index: 1 });
  assert.notDeepEqual(await column(page, "#class-rows", 5), before);
  await page.getByRole("button", { name: "Swap" }).click();
  assert.equal(await page.locator("#to").inputValue(), "1");
  assert.match((await column(page, "#class-rows", 5)).at(-1), /^(−|0 B)/);
  await page.locator("#to").selectOption({ index: snapshots - 1 });
  await page.locator("#from").selectOption({ index: snapshots - 1 });
  assert.ok((await column(page, "#class-rows", 3)).every((text) => text === "0"));
  await page.locator("#from").selectOption({ index: 0 });
  assert.deepEqual(await column(page, "#class-rows", 5), before);
  await page.getByRole("button", { name: /^Show all \d+ classes$/ }).click();
  assert.ok((await page.locator("#class-rows tbody tr").count()) > 50);

  // Copy: line, path, signature.
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  await page.getByRole("button", { name: "Copy the signature" }).first().click();
  assert.match(await copied(), /^[0-9a-f]{16}$/);
  await page.getByRole("button", { name: "Copy the line" }).first().click();
  assert.match(await copied(), /cache\.service\.ts:53$/);
  await page.locator("#suspect-1").getByRole("button", { name: "Copy the path" }).click();
  assert.ok((await copied()).split("\n").length > 5);

  // Editor links: none before the reader names his folder, and never outside of it.
  assert.equal(await page.locator("a[href^=vscode]").count(), 0);
  await page.getByRole("button", { name: "Choose the editor that lines open in" }).click();
  await page.locator("#editor-root").fill("/home/me/my service");
  await page.keyboard.press("Enter");
  const link = page.locator("#verdict a.open-editor");
  assert.match(await link.getAttribute("href"), /^vscode:\/\/file\/home\/me\/my%20service\/.*cache\.service\.ts:53:\d+$/);
  await page.evaluate(() => { document.querySelector("#verdict .place").dataset.file = "../../../etc/passwd"; });
  await page.getByRole("button", { name: "Choose the editor that lines open in" }).click();
  await page.keyboard.press("Tab");
  await page.getByRole("button", { name: "Save" }).click();
  assert.ok(!(await link.isVisible()));

  // The theme, and that it is remembered.
  const light = await background(page);
  await page.getByRole("button", { name: "Switch to dark colours" }).click();
  const dark = await background(page);
  assert.notEqual(dark, light);
  await page.reload();
  assert.equal(await background(page), dark);

  // The policy holds against what is not ours.
  assert.deepEqual(await page.evaluate(() => globalThis.violations), []);
  assert.deepEqual(trouble, []);
  await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "globalThis.injected = true";
    document.body.append(script);
  });
  await page.waitForFunction(() => globalThis.violations.length > 0);
  assert.equal(await page.evaluate(() => globalThis.injected), undefined);
  await close();
}

// The keyboard alone: from a suspect to its alike objects, their path and content, a class, and back; the treemap.
{
  const { page, trouble, close } = await open(leak);
  const focused = () => page.evaluate(() => document.activeElement.textContent);
  const press = async (...keys) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  /** Presses Tab until the focused element satisfies `wanted`. */
  const tabTo = async (wanted) => {
    for (let presses = 0; presses < 200; ++presses) {
      await press("Tab");
      if (await page.evaluate(wanted)) return;
    }
    assert.fail(`no Tab leads to ${wanted}`);
  };
  await tabTo("document.activeElement.matches('.suspect .tags button')");
  await press("Enter");
  assert.match(await opened(page), /^Objects of suspect 1/);
  await tabTo("document.activeElement.matches('#drill tbody button.open')");
  const row = await page.evaluate(() => document.activeElement.closest("tr").textContent);
  assert.match(row, /5,700/);
  await press("Enter");
  assert.match(await opened(page), /^5,700 alike: /);
  assert.ok((await page.locator("#drill .path > li").count()) > 5);
  assert.match(await page.locator("#drill .path").textContent(), /_events/);
  const sum = await page.locator("#drill table").first().locator("tbody tr").evaluateAll((all) => all.reduce((bytes, line) => bytes + Number(line.cells[2].dataset.value), 0));
  const retained = await page.locator("#drill .facts dd").nth(2).textContent();
  assert.equal((sum / 1e6).toFixed(1) + " MB", retained);  // the content adds up to what is retained
  await tabTo("document.activeElement.matches('#drill table button.open')");
  await press("Enter");
  assert.match(await opened(page), /^Class /);
  await press("Backspace");
  assert.match(await opened(page), /^5,700 alike: /);
  await press("Escape");
  assert.ok(!(await page.locator("#drill").isVisible()));
  assert.equal(await focused(), "Explore its objects");  // where the reader was

  // The treemap: into a part and back.
  await tabTo("document.activeElement.matches('.treemap .box')");
  const crumbs = async () => (await page.locator(".crumbs").textContent()).split(" › ").length;
  const deep = await crumbs();
  await press("ArrowRight", "ArrowLeft", "Enter");
  assert.ok((await crumbs()) > deep);
  await press("Backspace");
  assert.equal(await crumbs(), deep);
  await tabTo("document.activeElement.textContent === 'Details'");
  await press("Enter");
  assert.ok((await page.locator("#drill table").count()) > 0);
  await press("Escape");
  // From a row of a table, and from the comparison.
  await page.locator("#constructors button.open").first().focus();
  await press("Enter");
  assert.match(await opened(page), /^Class /);
  await press("Escape");
  await page.locator("#class-rows button.open").first().focus();
  await press("Enter");
  assert.match(await opened(page), /^Class /);
  await press("Escape");
  // The verdict stays in sight.
  await page.locator("#inputs").scrollIntoViewIfNeeded();
  assert.ok(await page.locator(".sticky-verdict .badge").evaluate((badge) => badge.getBoundingClientRect().top >= 0));
  assert.deepEqual(trouble, []);
  await close();
}

// Printed on A4, one suspect is at most four pages.
{
  const { page, close } = await open(leak);
  const pages = (await page.pdf({ format: "A4", preferCSSPageSize: true })).toString("latin1").match(/\/Type\s*\/Page\b/g).length;
  assert.ok(pages <= 4, `${pages} pages`);
  await close();
}

for (const options of [{ colorScheme: "dark" }, { viewport: { width: 400, height: 800 } }, { javaScriptEnabled: false }]) {
  for (const file of [leak, healthy]) {
    const { page, trouble, close } = await open(file, options);
    const size = await page.locator("main").boundingBox();
    assert.ok(size.width <= (options.viewport?.width ?? 1280), "the page is wider than the window");
    if (options.viewport) {
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 400);
    }
    if (options.javaScriptEnabled === false) {
      assert.ok(await page.locator("svg.chart.full").isVisible());
      assert.equal(await page.locator("button, input").count(), 0);
    }
    assert.deepEqual(trouble, []);
    await close();
  }
}
await browser.close();
console.log("ok");
