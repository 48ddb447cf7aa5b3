// Folds what DevTools says of one snapshot, or of a pair, into the small table that the tests read.
//
//   node answers.mjs < ORACLE.ndjson > TABLE
//
// Input: one JSON object a line; {"header":..}, {"node":..} for every node in file order, {"class":..}, {"diff":..}.
// Output: a line of JSON with the counts, the statistics and the class names; then, of a snapshot, one line a column,
// "COLUMN v v v ...", a value per node: id, class (position among the names), self, retained (what it is above self),
// distance, dom (how many nodes ahead of this one the dominator stands); then a JSON array for every class or diff row.
import { createInterface } from 'node:readline';

const columns = { id: [], class: [], self: [], retained: [], distance: [], dom: [] };
const names = new Map();
const rows = [];
const dominators = [];
const ordinal = new Map();
let header;
for await (const line of createInterface({ input: process.stdin })) {
  const o = JSON.parse(line);
  if (o.header) {
    header = o.header;
  } else if ('node' in o) {
    if (ordinal.has(o.node)) throw new Error(`id ${o.node} comes twice: a dominator cannot be told by its id`);
    ordinal.set(o.node, columns.id.length);
    if (!names.has(o.class)) names.set(o.class, names.size);
    columns.id.push(o.node);
    columns.class.push(names.get(o.class));
    columns.self.push(o.self);
    columns.retained.push(o.retained - o.self);
    columns.distance.push(o.distance);
    dominators.push(o.dom);
  } else if ('class' in o) {
    rows.push([o.key, o.class, o.count, o.self, o.retained, o.distance]);
  } else {
    rows.push([o.key, o.diff, o.addedCount, o.removedCount, o.addedSize, o.removedSize]);
  }
}
columns.dom = dominators.map((id, i) => i - ordinal.get(id));
const { mode, nodes, edges, total, devtools, statistics } = header;
const lines = [JSON.stringify({ mode, devtools, nodes, edges, total, statistics, rows: rows.length, names: [...names.keys()] })];
if (mode === 'dump') for (const [name, values] of Object.entries(columns)) lines.push(`${name} ${values.join(' ')}`);
rows.sort((a, b) => (a[0] < b[0] ? -1 : 1));
for (const row of rows) lines.push(JSON.stringify(row));
process.stdout.write(`${lines.join('\n')}\n`);
