// The browser of these tests, and a page in it.
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

export const browser = await chromium.launch({ executablePath: process.env.HEAPDIFF_CHROMIUM, args: ["--no-sandbox"], timeout: 120_000 });

/** Opens a page and notes what must not happen: console messages, errors, requests other than the file itself. */
export async function open(file, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, colorScheme: "light", ...options });
  context.setDefaultTimeout(120_000);  // a machine that builds something else as well is slow
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
