#!/usr/bin/env node
// The table and the picture of libdiff/README.md, from what the simulation writes:
//
//   HEAPDIFF_SIMULATION_TABLE=table.tsv heapdiff_tests -tc='simulated:*'
//   node tests/diff/growth_plot.mjs table.tsv libdiff/growth.svg        prints the table, writes the picture
import { readFileSync, writeFileSync } from 'node:fs';

const [table, picture] = process.argv.slice(2);
if (!picture) {
  console.error('usage: growth_plot.mjs TABLE.tsv PICTURE.svg');
  process.exit(2);
}
const cells = readFileSync(table, 'utf8').trim().split('\n').map((line) => {
  const [kind, driver, sigma, noise, share, ...called] = line.split('\t');
  return { kind, driver, sigma: +sigma, noise, share: +share, percent: called.map((value) => 100 * value) };
});
const lengths = [3, 4, 5, 6, 8, 12];
const drivers = ['time', 'steps', 'operations', 'bursts', 'day and night'];
const clocked = ['time', 'steps', 'operations'];
const sigmas = [0, 0.25, 0.5, 1];

/** Per length the largest or smallest over all cells that match. */
function extreme(match, pick) {
  const rows = cells.filter((cell) => Object.entries(match).every(([key, value]) => cell[key] === value));
  return lengths.map((_, i) => pick(...rows.map((row) => row.percent[i])));
}

const row = (name, percent, from = 3) =>
  name.padEnd(44) + percent.map((value, i) => (lengths[i] < from || !Number.isFinite(value) ? '-' : value.toFixed(2)).padStart(7)).join('');
const lines = ['snapshots'.padEnd(44) + lengths.map((n) => String(n).padStart(7)).join('')];
for (const sigma of sigmas) lines.push(row(`covered, gaps of sigma ${sigma}`, extreme({ kind: 'covered', sigma }, Math.min)));
for (const kind of ['saturating', 'sawtooth', 'shallow sawtooth']) {
  for (const driver of drivers) lines.push(row(`${kind}, driven by ${driver}`, extreme({ kind, driver }, Math.max)));
}
lines.push(row('flat', extreme({ kind: 'flat' }, Math.max)));
for (const driver of clocked) {
  for (const sigma of sigmas) {
    if (driver === 'steps' && sigma === 0) continue;
    lines.push(row(`linear, driven by ${driver}, sigma ${sigma}`, extreme({ kind: 'linear', driver, sigma }, Math.min), 5));
  }
}
for (const driver of ['bursts', 'day and night']) lines.push(row(`linear, driven by ${driver}`, extreme({ kind: 'linear', driver }, Math.min), 5));
console.log(lines.join('\n'));

// Three panels beside each other, one colour per line, told apart by dash and label too.
const width = 300;
const height = 200;
const left = 46;
const top = 34;
const gap = 70;
const styles = [
  ['#1b6ca8', ''],
  ['#c2410c', '6 3'],
  ['#15803d', '2 3'],
  ['#7e22ce', '9 3 2 3'],
  ['#525252', '1 2'],
];
function panel(at, title, [low, high], ticks, limit, series) {
  const x = (n) => left + at * (width + gap) + ((n - 3) / 9) * width;
  const y = (value) => top + height - ((Math.min(Math.max(value, low), high) - low) / (high - low)) * height;
  const out = [`<text x="${x(3)}" y="${top - 14}" class="title">${title}</text>`];
  for (const tick of ticks) {
    out.push(`<path d="M${x(3)} ${y(tick)}H${x(12)}" class="grid"/><text x="${x(3) - 6}" y="${y(tick) + 4}" class="end">${tick}</text>`);
  }
  for (const n of lengths) out.push(`<text x="${x(n)}" y="${top + height + 16}" class="middle">${n}</text>`);
  out.push(`<path d="M${x(3)} ${y(limit)}H${x(12)}" class="limit"/>`);
  series.forEach(({ name, percent, from }, i) => {
    const [colour, dash] = styles[i];
    const points = lengths.flatMap((n, k) => (n < from ? [] : [`${x(n).toFixed(1)} ${y(percent[k]).toFixed(1)}`]));
    out.push(`<path d="M${points.join('L')}" fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash}"/>`);
    const line = top + height + 42 + 18 * i;
    out.push(`<path d="M${x(3)} ${line - 4}h34" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash}"/><text x="${x(3) + 42}" y="${line}">${name}</text>`);
  });
  return out.join('\n');
}
const total = { width: left + 3 * width + 2 * gap + 20, height: top + height + 154 };
const nulls = ['saturating', 'sawtooth', 'shallow sawtooth', 'flat'];
const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${total.width} ${total.height}" font-family="system-ui, sans-serif" font-size="12" role="img" aria-label="Simulated series: coverage of the interval, false alarms and power by number of snapshots">
<style>.grid{stroke:#d4d4d4}.limit{stroke:#b91c1c;stroke-width:1.5}.title{font-size:13px;font-weight:600}.end{text-anchor:end}.middle{text-anchor:middle}text{fill:#262626}</style>
<rect width="100%" height="100%" fill="#ffffff"/>
${panel(0, 'Truth inside the 95 % interval, %', [90, 100], [90, 92, 94, 96, 98, 100], 93, sigmas.map((sigma) => ({ name: `gaps of sigma ${sigma}`, percent: extreme({ kind: 'covered', sigma }, Math.min), from: 3 })))}
${panel(1, 'No leak, called a leak, % (worst cell)', [0, 12], [0, 1, 3, 6, 9, 12], 1, nulls.map((kind) => ({ name: kind, percent: extreme({ kind }, Math.max), from: 3 })))}
${panel(2, 'Leak above the stated floor, found, %', [90, 100], [90, 92, 94, 96, 98, 100], 97, sigmas.map((sigma) => ({ name: `gaps of sigma ${sigma}`, percent: lengths.map((_, i) => Math.min(...clocked.filter((d) => d !== 'steps' || sigma > 0).map((driver) => extreme({ kind: 'linear', driver, sigma }, Math.min)[i]))), from: 5 })))}
<text x="${left}" y="${total.height - 8}" fill="#525252">Across: snapshots. Red: the limit, from 5 snapshots on. 3,000 series per cell; the worst of all drivers, noises and noise levels.</text>
</svg>
`;
writeFileSync(picture, svg);
