// What a report must not say: node sentences.mjs HEAPDIFF FOLDER...
//
// Each FOLDER holds series with truth.json. Its list `untrue` holds [{text, why, open}]: a regular expression, why what
// it matches would be false in that series, and `open: true` where the report still says it today, so that the mark goes
// away together with the fault. A few sentences are false in every series. Blanks and line ends count as one blank.
// Prints what is wrong; exit code 1 if anything is.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const everywhere = [
  { text: 'a place not known', why: 'a pattern shows the real statement, or there is none' },
  { text: '[,(] at node:|(line|function|file) node:', why: 'a line inside Node is no answer' },
  { text: '[,(] at [^ ]*driver\\.cjs|(line|function|file) [^ ]*driver\\.cjs', why: 'what drives the program is no answer' },
];

const [heapdiff, ...folders] = process.argv.slice(2);
let series = 0;
let wrong = 0;
for (const folder of folders) {
  for (const name of readdirSync(folder).sort()) {
    if (!existsSync(join(folder, name, 'truth.json'))) continue;
    const truth = JSON.parse(readFileSync(join(folder, name, 'truth.json'), 'utf8'));
    const files = truth.snapshots.map(({ file }) => join(folder, name, file));
    const run = spawnSync(heapdiff, ['analyze', ...files, '-q', '--full', '--source-root', join(folder, name, truth.scenarioDir)], {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    const text = run.stdout.split('\nINPUTS\n')[0].replace(/\s+/g, ' ');
    series += 1;
    for (const { text: untrue, why, open } of [...everywhere, ...(truth.untrue ?? [])]) {
      const said = text.match(new RegExp(`.{0,50}(?:${untrue}).{0,30}`));
      if (!said === !open) continue;
      wrong += 1;
      console.log(said ? `${name}: says "${said[0].trim()}", but: ${why}` : `${name}: mended, no longer open: ${untrue}`);
    }
  }
}
console.log(`${series} reports read, ${wrong} sentences wrong`);
process.exit(wrong > 0 ? 1 : 0);
