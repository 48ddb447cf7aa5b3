// signatures.mjs HEAPDIFF RUNS: RUNS/RUN/SCENARIO has a captured series each. Prints the pairs of runs whose signatures of
// one leak differ; exit code 1 when they are more than 5 %.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const [heapdiff, runs] = process.argv.slice(2);

function suspectsOf(folder, snapshots, source) {
  const where = source ? ['--source-root', join(folder, 'source')] : ['--no-source'];
  return JSON.parse(execFileSync(heapdiff, ['analyze', ...snapshots.map(({ file }) => join(folder, file)), '-q', ...where, '--format', 'json'], { maxBuffer: 1 << 28 })).suspects;
}

/** The suspect of a leak: by its line, else by its place in the list. */
function pick(suspects, leak, index) {
  const places = [leak.site, ...(leak.alternates ?? [])].filter(Boolean).map((site) => `${site.file}:${site.line}`);
  return suspects.find((s) => s.sites[0] && places.includes(`${s.sites[0].file}:${s.sites[0].line}`)) ?? suspects[index];
}

/** {run: {signature, title}} for each leak of each scenario. */
const leaks = new Map();
for (const run of readdirSync(runs).sort()) {
  for (const name of readdirSync(join(runs, run)).sort()) {
    const folder = join(runs, run, name);
    if (!existsSync(join(folder, 'truth.json'))) continue;
    const truth = JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8'));
    const minified = run === 'files' || run === 'bundle';
    for (const source of minified ? [true] : [true, false]) {
      const suspects = suspectsOf(folder, truth.snapshots, source);
      [truth, ...(truth.secondary ?? [])].forEach((leak, index) => {
        const suspect = pick(suspects, leak, index);
        const key = index === 0 ? name : `${name} (${index + 1})`;
        if (!leaks.has(key)) leaks.set(key, new Map());
        leaks.get(key).set(source ? run : `${run} without source`, suspect ? { signature: suspect.signature, title: suspect.title } : { signature: 'not found', title: '' });
      });
    }
  }
}

// Pairs of which one had no source are counted apart: a bundle without its source map has names that nobody gave.
let pairs = 0;
let equal = 0;
let [pairsWithout, equalWithout] = [0, 0];
for (const [leak, signatures] of leaks) {
  const found = [...signatures];
  const groups = new Map();
  found.forEach(([run, { signature, title }], i) => {
    groups.set(signature, [...(groups.get(signature) ?? []), `${run}: ${title}`]);
    for (const [otherRun, other] of found.slice(i + 1)) {
      const same = other.signature === signature && signature !== 'not found' ? 1 : 0;
      if (`${run} ${otherRun}`.includes('without source')) {
        pairsWithout += 1;
        equalWithout += same;
      } else {
        pairs += 1;
        equal += same;
      }
    }
  });
  console.log(`${leak}: ${groups.size === 1 ? `one signature in ${found.length} runs` : `${groups.size} signatures`}`);
  if (groups.size > 1) for (const [signature, of] of groups) console.log(`  ${signature}\n    ${of.join('\n    ')}`);
}
const signatures = [...leaks.values()].map((runs) => new Set([...runs.values()].map((s) => s.signature)));
const shared = signatures.filter((mine, i) => signatures.some((other, k) => k !== i && [...mine].some((s) => other.has(s))));
console.log(`${equal} of ${pairs} pairs are equal (${((100 * equal) / pairs).toFixed(1)} %), without source ${equalWithout} of ${pairsWithout}; ${shared.length} of ${signatures.length} leaks share a signature with another one`);
process.exitCode = equal >= 0.95 * pairs ? 0 : 1;
