// Compares the report of a redacted series with that of the series itself. Usage: node redact.mjs NAME BEFORE AFTER
import { readFileSync } from 'node:fs';

const [name, ...files] = process.argv.slice(2);
const [before, after] = files.map((file) => JSON.parse(readFileSync(file, 'utf8')));

// The texts of scripts are masked, so a line that only they could give is not found again: named here, by series.
const lineOnlyInTheSnapshot = new Set(['npm-mem-3']);
const aboutTheLine = ['sites', 'kit', 'headline'];

function differences(x, y, path = '') {
  if (x !== null && y !== null && typeof x === 'object' && typeof y === 'object') {
    return [...new Set([...Object.keys(x), ...Object.keys(y)])].flatMap((key) => differences(x[key], y[key], `${path}/${key}`));
  }
  return x === y ? [] : [path];
}

// What names the files, and the words in the name of a WeakMap's entry, which V8 takes from its key and value.
const masked = (text) => text.replace(/\((?:[^()]*?) @/g, '(… @');
const without = (report) => ({
  ...report,
  commandLine: '',
  snapshots: report.snapshots.map(({ path, xxh3, fileBytes, compression, ...rest }) => rest),
  suspects: report.suspects.map((suspect) => ({
    ...suspect,
    retainingPath: suspect.retainingPath.map((step) => ({ ...step, edge: masked(step.edge) })),
  })),
});
const all = differences(without(before), without(after));
const allowed = all.filter((path) => lineOnlyInTheSnapshot.has(name) && aboutTheLine.some((part) => path.split('/').includes(part)));
const bad = all.filter((path) => !allowed.includes(path));
console.log(`${name}: ${before.verdict}, ${before.suspects.length} suspects, ${bad.length === 0 ? 'the same' : `DIFFERENT: ${bad.slice(0, 5).join(' ')}`}` +
  (allowed.length > 0 ? ` but for the line, which needs the script's text (${allowed.length} values)` : ''));
process.exitCode = bad.length === 0 ? 0 : 1;
