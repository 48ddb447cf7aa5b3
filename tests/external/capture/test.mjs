// Usage: node test.mjs FOLDER [PART[=NUMBER]...]; the parts are the functions that the modules here export.
// Prints a line for each check; fails when one fails.
import { failures } from './harness.mjs';
import * as cost from './cost.mjs';
import * as files from './files.mjs';
import * as runtimes from './runtimes.mjs';
import * as safety from './safety.mjs';

const all = { ...runtimes, ...files, ...safety, ...cost };
const parts = process.argv.slice(3);
for (const part of parts.length ? parts : Object.keys(all)) {
  const [name, number] = part.split('=');
  await all[name](number && Number(number));
}
console.log(failures() ? `${failures()} failed` : 'all held');
process.exit(failures() ? 1 : 0);
