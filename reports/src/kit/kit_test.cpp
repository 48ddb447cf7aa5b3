// The regression test of a leak. It counts operations and not seconds, so that the speed of the machine does not
// matter.

#include "kit/kit_test.h"

#include "kit/template_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace heapdiff::kit {

namespace {

// Names are used in line comments and strings only: a name may contain */.
constexpr const char* kHead = R"text(// Fails while the leak {{signature}} is there, passes once it is fixed.
// Run: node --test {{file}}   (needs heapdiff on the PATH, or HEAPDIFF_BINARY{{needs}})
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
)text";

constexpr const char* kJudge = R"text(
const ROUNDS = 5; // snapshots that are judged
const OPERATIONS = {{operations}}; // between two of them

/** heapdiff judges growth per operation: --interval only spaces the snapshots evenly. */
function judge(snapshots) {
  const gates = [{{gates}}];
  const run = spawnSync(process.env.HEAPDIFF_BINARY ?? 'heapdiff',
    ['analyze', ...snapshots, '--interval', '1h', '--ops', String(OPERATIONS), '--format', 'json',
      ...gates.flatMap((gate) => ['--fail-on', gate])], { encoding: 'utf8', maxBuffer: 1 << 28 });
  assert.ifError(run.error);
  assert.notEqual(run.status, 6, 'not enough evidence to judge:\n' + run.stderr);
  if (run.status === 1) { // a gate failed: the leaks by what an operation keeps
    const leaks = JSON.parse(run.stdout).suspects.map((leak) =>
      `${Math.round(leak.growthPerOpBytes?.estimate ?? 0)} B per operation: ${leak.title} (leak ${leak.signature})`);
    assert.fail(`it grows, with the limits ${gates.join(', ')}:\n${leaks.join('\n')}\n${run.stderr}`);
  }
  assert.equal(run.status, 0, run.stderr);
}
)text";

constexpr const char* kNodeTest = R"text(import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString, writeHeapSnapshot } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc');
const suspect = await import(pathToFileURL(resolve({{module}})).href);

// One operation as production runs it, to its end. The suspect: {{function}}{{at}}.
async function operate(i) {
  const run = suspect.{{function}} ?? suspect.default?.{{function}};
  assert.equal(typeof run, 'function', 'fill in operate(): the module exports no function {{function}}');
  await run(i);
}
{{judge}}
async function settle() { // what only waits for the event loop, or for a collection, is no leak
  for (let i = 0; i < 3; i++) {
    await turn();
    gc();
  }
}

test({{title}}, { timeout: 600_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'leak-'));
  try {
    const snapshots = [];
    for (let i = 0; i < (ROUNDS + 1) * OPERATIONS; ) {
      await operate(i++);
      if (i % OPERATIONS === 0) {
        await settle();
        snapshots.push(writeHeapSnapshot(join(folder, `after-${i}.heapsnapshot`)));
      }
    }
    judge(snapshots.slice(1)); // the first round warms up caches, compiled code and the snapshot writer
  } finally {
    rmSync(folder, { recursive: true, force: true });
    setTimeout(() => process.exit(), 1_000).unref(); // what the suspect left running keeps no test from ending
  }
});
)text";

constexpr const char* kBrowserTest = R"text(import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright'; // or playwright-core, with CHROMIUM=/usr/bin/chromium

const PAGE = process.env.PAGE ?? pathToFileURL(resolve('index.html')).href; // the page{{with}}

// One operation as people do it: open and close the view. Runs in the page; the suspect: {{function}}.
const operate = (i) => {
  if (typeof globalThis.{{function}} !== 'function') {
    throw new Error('fill in operate(): the page has no function {{function}}');
  }
  return globalThis.{{function}}(i);
};
{{judge}}
async function snapshot(session, file) {
  const write = ({ chunk }) => appendFileSync(file, chunk);
  session.on('HeapProfiler.addHeapSnapshotChunk', write);
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  session.off('HeapProfiler.addHeapSnapshotChunk', write);
  return file;
}

test({{title}}, { timeout: 600_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'leak-'));
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM });
  try {
    const page = await browser.newPage();
    await page.goto(PAGE);
    const session = await page.context().newCDPSession(page);
    await session.send('HeapProfiler.enable');
    const snapshots = [];
    for (let i = 0; i < (ROUNDS + 1) * OPERATIONS; ) {
      await page.evaluate(operate, i++);
      if (i % OPERATIONS === 0) {
        snapshots.push(await snapshot(session, join(folder, `after-${i}.heapsnapshot`)));
      }
    }
    judge(snapshots.slice(1)); // the first round warms up
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
)text";

/// Half of what a leaking operation keeps, as a round size. At least so much that the noise of a healthy heap is less.
std::string growth_gate(const std::optional<double>& bytes_per_object, bool browser) {
  const double quiet = browser ? 1000 : 150;
  constexpr double kMaxBytes = 1e6;
  const double half = std::clamp(bytes_per_object.value_or(2000) / 2, quiet, kMaxBytes);
  const double digit = std::pow(10, std::floor(std::log10(half)));
  return fmt::format("growth>{:.0f}B/op", std::max(quiet, std::floor(half / digit) * digit));
}

}  // namespace

std::string regression_test(const KitNames& names, std::string_view file, std::string_view title,
                            const std::optional<double>& bytes_per_object) {
  const bool browser = names.kind == "detached-dom";
  // The gate `leak` finds also what grows by little at each step.
  std::string gates = "'leak', '" + growth_gate(bytes_per_object, browser) + "'";
  if (names.kind == "event-listener") {
    gates += ", 'listeners>0/op'";
  }
  const std::string judge = fill(kJudge, {{"gates", gates}, {"operations", browser ? "300" : "1000"}});
  return fill(std::string(kHead) + (browser ? kBrowserTest : kNodeTest),
              {{"signature", names.signature},
               {"file", file},
               {"needs", browser ? ", and npm install --save-dev playwright" : ""},
               {"module", names.module},
               {"function", names.function},
               {"at", names.place.empty() ? "" : " at " + names.place},
               {"with", names.place.empty() ? "" : " with " + names.place},
               {"judge", judge},
               {"title", js_string(std::string(title) + " does not grow")}});
}

}  // namespace heapdiff::kit
