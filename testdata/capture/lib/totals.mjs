// Totals of one snapshot, by JSON.parse: independent of the tool under test.
import { readFileSync } from 'node:fs';

export function totals(file) {
  const { snapshot, nodes } = JSON.parse(readFileSync(file, 'utf8'));
  const fields = snapshot.meta.node_fields;
  const size = fields.indexOf('self_size');
  let bytes = 0;
  for (let i = size; i < nodes.length; i += fields.length) bytes += nodes[i];
  return { bytes, nodes: snapshot.node_count, edges: snapshot.edge_count };
}
