// Totals of one snapshot, by JSON.parse: independent of the tool under test.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** The parsed snapshot, plain or zstd. */
export function readSnapshot(file) {
  if (!file.endsWith('.zst')) return JSON.parse(readFileSync(file, 'utf8'));
  const run = spawnSync('zstd', ['-dcq', file], { maxBuffer: 2 ** 30 });
  if (run.status !== 0) throw new Error(`zstd cannot read ${file}`);
  return JSON.parse(run.stdout.toString('utf8'));
}

export function totals({ snapshot, nodes }) {
  const fields = snapshot.meta.node_fields;
  const size = fields.indexOf('self_size');
  let bytes = 0;
  for (let i = size; i < nodes.length; i += fields.length) bytes += nodes[i];
  return { bytes, nodes: snapshot.node_count, edges: snapshot.edge_count };
}

/**
 * Bytes that would go if the named objects went: what is reachable from the root less what is reachable without them.
 * `cuts` name them by an edge that leads to them, {edge} or {from, edge} (the edge's name, and the name of the node it
 * leaves), or by their own name, {to}. The table of internalized strings holds its strings weakly, though the file does
 * not say so: it is not followed.
 */
export function ownedBytes({ snapshot, nodes, edges, strings }, cuts) {
  const { node_fields: nodeFields, edge_fields: edgeFields, edge_types: edgeTypes } = snapshot.meta;
  const width = nodeFields.length;
  const [nameAt, sizeAt, countAt] = ['name', 'self_size', 'edge_count'].map((field) => nodeFields.indexOf(field));
  const edgeWidth = edgeFields.length;
  const count = nodes.length / width;
  const first = new Uint32Array(count + 1);
  for (let i = 0; i < count; i += 1) first[i + 1] = first[i] + nodes[i * width + countAt];
  const weak = edgeTypes[0].indexOf('weak');
  const numbered = new Set(['element', 'hidden'].map((type) => edgeTypes[0].indexOf(type)));
  const nameOf = (node) => strings[nodes[node * width + nameAt]];
  const matches = (cut, from, edge) =>
    cut.to
      ? cut.to === nameOf(edges[edge + 2] / width)
      : !numbered.has(edges[edge]) && cut.edge === strings[edges[edge + 1]] && (!cut.from || cut.from === nameOf(from));
  const named = new Uint8Array(count);
  for (let node = 0; node < count; node += 1) {
    for (let k = first[node]; k < first[node + 1]; k += 1) {
      if (cuts.some((cut) => matches(cut, node, k * edgeWidth))) named[edges[k * edgeWidth + 2] / width] = 1;
    }
  }
  if (!named.includes(1)) throw new Error(`nothing matches ${JSON.stringify(cuts)}`);
  const reachable = (barred) => {
    const seen = Uint8Array.from(barred);
    const open = [0];
    let bytes = 0;
    seen[0] = 1;
    while (open.length > 0) {
      const node = open.pop();
      bytes += nodes[node * width + sizeAt];
      if (nameOf(node) === '(Internalized strings)') continue;
      for (let k = first[node]; k < first[node + 1]; k += 1) {
        const to = edges[k * edgeWidth + 2] / width;
        if (edges[k * edgeWidth] === weak || seen[to]) continue;
        seen[to] = 1;
        open.push(to);
      }
    }
    return bytes;
  };
  return reachable(new Uint8Array(count)) - reachable(named);
}
