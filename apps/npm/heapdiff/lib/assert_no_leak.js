// assertNoLeak: runs a function, takes snapshots, and passes only when it is shown that nothing leaks.
'use strict';

const { AssertionError } = require('node:assert');
const { mkdtempSync, rmSync, mkdirSync, renameSync, copyFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join, basename } = require('node:path');
const { findBinary } = require('./binary.js');
const { judgeClasses, isWithin } = require('./class_gate.js');
const { IsolatedTaker, isolatedTarget } = require('./isolated.js');
const { withDefaults } = require('./options.js');
const { analyze, countClasses, describe } = require('./program.js');
const { SnapshotTaker } = require('./snapshots.js');

// Where the evidence of a failed test is kept. `name` becomes a part of the folder's name.
function artifactFolder(options) {
  const root = options.artifacts || process.env.HEAPDIFF_ARTIFACTS || 'heapdiff-artifacts';
  const safe = String(options.name || 'leak').replace(/[^\w.-]+/g, '-').slice(0, 80);
  mkdirSync(root, { recursive: true });
  return mkdtempSync(join(root, `${safe}-`));
}

function move(from, to) {
  try {
    renameSync(from, to);
  } catch (error) {
    if (error.code !== 'EXDEV') throw error;  // another file system
    copyFileSync(from, to);
  }
}

class LeakAssertionError extends AssertionError {
  constructor(message, outcome) {
    super({ message, operator: 'assertNoLeak', actual: outcome.verdict, expected: 'no leak', stackStartFn: assertNoLeak });
    this.verdict = outcome.verdict;
    this.artifacts = outcome.artifacts;
    // Runners print what can be enumerated, and this is long.
    Object.defineProperty(this, 'report', { value: outcome.report });
  }
}

const questionOf = (options) => ({
  gates: ['leak', `growth>${options.perOp}/op`], ops: options.iterations, suppress: options.suppress,
});

const verdictOf = (gates) => {
  if (gates.some((gate) => gate.status === 'failed')) return 'leak';
  return gates.every((gate) => gate.status === 'held') ? 'no leak' : 'inconclusive';
};

// The lines that say which assertion did not hold, and of how many operations.
function preface(outcome, options) {
  const bad = outcome.gates.filter((gate) => gate.status !== 'held');
  const head = outcome.verdict === 'leak'
    ? 'The function leaks memory.'
    : `INCONCLUSIVE after ${outcome.snapshots} snapshots: it is not shown that the function leaks, and not that it does not.`;
  return [head, `${options.iterations} operations between snapshots, ${outcome.snapshots} snapshots.`,
    ...bad.map((gate) => `  ${gate.expression}: ${gate.reason}`)].join('\n');
}

// Counts of classes by snapshot, each snapshot counted once. The ends suffice where they are within the limits.
class ClassCounts {
  constructor(files, names) {
    Object.assign(this, { files, names, known: new Map() });
  }

  async of(indices) {
    for (const i of indices) {
      if (!this.known.has(i)) this.known.set(i, await countClasses(this.files[i], this.names));
    }
    return indices.map((i) => this.known.get(i));
  }
}

async function runSeries(target, options, folder) {
  const taker = options.isolate ? new IsolatedTaker(target, folder, options) : new SnapshotTaker(target, folder, options);
  const counts = new ClassCounts(taker.files, Object.keys(options.classes));
  let outcome;
  try {
    await taker.start();
    while (taker.files.length < options.snapshots) await taker.step();
    for (;;) {
      const judged = await analyze(taker.files, questionOf(options));
      const ends = await counts.of([0, taker.files.length - 1]);
      const judgedOn = isWithin(options.classes, ends) ? ends : await counts.of([...taker.files.keys()]);
      const gates = [...judged.gates, ...judgeClasses(options.classes, judgedOn)];
      outcome = { ...judged, gates, verdict: verdictOf(gates), files: taker.files, snapshots: taker.files.length };
      if (outcome.verdict !== 'inconclusive' || taker.files.length >= options.maxSnapshots) return outcome;
      await taker.step();
    }
  } finally {
    if (taker.stop) await taker.stop();
  }
}

function resultOf(outcome) {
  const growth = outcome.gates.find((gate) => gate.expression.startsWith('growth'));
  return {
    verdict: outcome.verdict,
    snapshots: outcome.snapshots,
    bytesPerOp: growth && growth.measured ? growth.measured : null,
    report: outcome.report,
  };
}

// Runs the series, and returns its outcome without judging it an error. The snapshots are kept when it is no pass.
async function measure(fn, given) {
  const options = withDefaults(given);
  findBinary();  // a missing program is an error before anything runs
  const target = options.isolate || typeof fn !== 'function' ? isolatedTarget(fn, options) : fn;
  options.isolate = target !== fn;
  const folder = mkdtempSync(join(tmpdir(), 'heapdiff-'));
  try {
    const outcome = await runSeries(target, options, folder);
    if (outcome.verdict !== 'no leak' && !(outcome.verdict === 'inconclusive' && options.lenient)) {
      const kept = artifactFolder(options);
      const files = outcome.files.map((file) => {
        const target = join(kept, basename(file));
        move(file, target);
        return target;
      });
      const text = await describe(files, questionOf(options), { json: join(kept, 'report.json'), html: join(kept, 'report.html') });
      outcome.artifacts = kept;
      outcome.message = `${preface(outcome, options)}\n\n${text}\n\nSnapshots and report.html: ${kept}`;
    }
    return { ...resultOf(outcome), artifacts: outcome.artifacts, message: outcome.message };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function assertNoLeak(fn, given) {
  const result = await measure(fn, given);
  if (result.message) throw new LeakAssertionError(result.message, result);
  return result;
}

module.exports = { assertNoLeak, measure, LeakAssertionError };
