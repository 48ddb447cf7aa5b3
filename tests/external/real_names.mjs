// real_names.mjs OUT COUNT FOLDER...: draws COUNT different names of classes, functions, scripts, properties and
// variables from the snapshots below the folders, and writes them as a JSON array. The draw depends on the names alone:
// those with the smallest hashes are taken. Contents of strings are left out.
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { join } from 'node:path';

const [out, countText, ...folders] = process.argv.slice(2);
const kMaxBytes = 400e6; // of one file, unpacked: longer texts are no JavaScript string

function files(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? files(path)
      : /\.heap(snapshot|timeline)(\.gz|\.zst)?$/.test(entry.name) ? [path] : [];
  });
}

function text(path) {
  if (path.endsWith('.zst')) return execFileSync('zstd', ['-dcq', path], { maxBuffer: kMaxBytes }).toString();
  if (statSync(path).size > kMaxBytes) throw new Error('too large');
  return path.endsWith('.gz') ? gunzipSync(readFileSync(path)).toString() : readFileSync(path, 'utf8');
}

function* names(snapshot) {
  const { meta } = snapshot.snapshot;
  const nodeType = meta.node_types[0];
  const edgeType = meta.edge_types[0];
  const stride = meta.node_fields.length;
  const name = meta.node_fields.indexOf('name');
  for (let i = 0; i < snapshot.nodes.length; i += stride) {
    if (!/string/.test(nodeType[snapshot.nodes[i]])) yield snapshot.strings[snapshot.nodes[i + name]];
  }
  for (let i = 0; i < snapshot.edges.length; i += meta.edge_fields.length) {
    const type = edgeType[snapshot.edges[i]];
    if (type === 'property' || type === 'context') yield snapshot.strings[snapshot.edges[i + 1]];
  }
}

const drawn = new Map(); // name -> hash
let read = 0;
let most = '~';
const count = Number(countText);
for (const path of folders.flatMap(files).sort()) {
  let snapshot;
  try {
    snapshot = JSON.parse(text(path));
  } catch {
    continue; // one of the broken inputs, or too large
  }
  if (!snapshot?.snapshot?.meta?.node_types || !snapshot.strings) continue;
  read += 1;
  const seen = new Set();
  for (const name of names(snapshot)) {
    if (typeof name !== 'string' || seen.has(name) || drawn.has(name)) continue;
    seen.add(name);
    const hash = createHash('sha1').update(name).digest('hex');
    if (hash < most) drawn.set(name, hash);
  }
  if (drawn.size > 2 * count) {
    const sorted = [...drawn].sort((a, b) => (a[1] < b[1] ? -1 : 1)).slice(0, count);
    most = sorted.at(-1)[1];
    drawn.clear();
    for (const [name, hash] of sorted) drawn.set(name, hash);
  }
}
const sorted = [...drawn].sort((a, b) => (a[1] < b[1] ? -1 : 1)).slice(0, count).map(([name]) => name);
writeFileSync(out, JSON.stringify(sorted));
console.log(`${sorted.length} names of ${read} snapshots`);
