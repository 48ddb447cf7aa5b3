// Looks at reports with axe-core: the page, a drawer and the setting, in light, dark, 400 px wide and as it is printed.
// Usage: node accessible.mjs REPORT.html ...
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { browser, open } from "./browser.mjs";

const axe = readFileSync(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const kModes = { light: {}, dark: { colorScheme: "dark" }, narrow: { viewport: { width: 400, height: 800 } }, print: {} };

/** What axe-core finds below `part`, as one line for each finding. */
async function findings(page, part = "html") {
  return page.evaluate(async (selector) => {
    const { violations } = await axe.run(document.querySelector(selector), { resultTypes: ["violations"], elementRef: false });
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(" ")}: ${node.failureSummary}`));
  }, part);
}

let looked = 0;
for (const file of process.argv.slice(2)) {
  for (const [mode, options] of Object.entries(kModes)) {
    const start = Date.now();
    const { page, trouble, close } = await open(file, options);
    const none = async (where, part) => {
      ++looked;
      assert.deepEqual(await findings(page, part), [], `${basename(file)}, ${mode}: ${where}`);
    };
    if (mode === "print") await page.emulateMedia({ media: "print" });
    // The page's policy forbids scripts of others, so axe runs outside of it.
    await (await page.context().newCDPSession(page)).send("Runtime.evaluate", { expression: axe });
    await none("the page");
    if (mode !== "print") {
      const rows = page.locator("[data-open] button.open");
      if (await rows.count()) {
        await rows.first().click();
        await none("drawer", "#drill");
        assert.ok((await page.locator("#drill").boundingBox()).width <= (options.viewport?.width ?? 1280));
        await page.keyboard.press("Escape");
      }
      const setting = page.getByRole("button", { name: "Choose the editor that lines open in" });
      if (await setting.count()) {
        await setting.click();
        await none("the setting", "#editor-setting");
      }
    }
    assert.deepEqual(trouble, []);
    await close();
    console.log(`  ${basename(file)}, ${mode}: ${((Date.now() - start) / 1000).toFixed(1)} s`);
  }
}
await browser.close();
console.log(`${looked} looks, no finding`);
