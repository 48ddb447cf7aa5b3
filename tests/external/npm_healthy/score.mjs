// Counts verdicts: `score.mjs HEALTHY.ndjson PLANTED.ndjson`.
import { readFileSync } from 'node:fs';

const read = (path) => readFileSync(path, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
const [healthy, planted] = process.argv.slice(2).map(read);
const count = (rows, verdict) => rows.filter((row) => row.verdict === verdict).length;
for (const row of healthy.filter((each) => each.verdict !== 'no leak')) console.log(`${row.kind}: ${row.message}\n`);
const open = count(healthy, 'inconclusive');
const red = healthy.length - open - count(healthy, 'no leak');
const seen = count(planted, 'leak');
console.log(`healthy: ${healthy.length} runs, ${red} red, ${open} inconclusive; planted: ${seen} of ${planted.length} seen`);
const enough = healthy.length > 0 && planted.length > 0;
process.exitCode = enough && red === 0 && open <= 0.02 * healthy.length && seen === planted.length ? 0 : 1;
