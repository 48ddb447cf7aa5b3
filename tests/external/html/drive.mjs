// Drives the HTML report as a reader does. Usage: node drive.mjs LEAK.html HEALTHY.html
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [leak, healthy] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: process.env.HEAPDIFF_CHROMIUM, args: ["--no-sandbox"] });

/** Opens a page and notes what must not happen: console messages, errors, requests other than the file itself. */
async function open(file, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, colorScheme: "light", ...options });
  const page = await context.newPage();
  const trouble = [];
  const address = pathToFileURL(file).href;
  page.on("console", (message) => trouble.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => trouble.push(`error: ${error.message}`));
  page.on("request", (request) => {
    if (request.url().split("#")[0] !== address) trouble.push(`request: ${request.url()}`);
  });
  await context.addInitScript(() => {
    globalThis.violations = [];
    document.addEventListener("securitypolicyviolation", (event) => globalThis.violations.push(event.violatedDirective));
  });
  await page.goto(address);
  return { page, trouble, close: () => context.close() };
}
const column = (page, table, index) =>
  page.locator(`${table} tbody tr`).evaluateAll((rows, i) => rows.map((row) => row.cells[i].textContent), index);
const background = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);

{
  const { page, trouble, close } = await open(leak);
  assert.equal(await page.locator("h1").count(), 1);
  assert.match(await page.locator("h1").textContent(), /cache\.service\.ts:53/);
  assert.ok(await page.locator("#growth-chart canvas").isVisible());
  assert.equal(await page.locator("svg.chart:visible").count(), 0);

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
