// Compares the structure of hostile reports with the benign one's.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const folder = process.argv[2];
const require = createRequire(import.meta.url);
const read = (name) => readFileSync(join(folder, name), 'utf8');

/// Pandoc's tree without the words: runs of text become one T, code a C; anything live keeps its type.
function structure(node) {
  if (Array.isArray(node)) {
    const kinds = node.map(structure).flat();
    return kinds.filter((kind, i) => kind !== 'T' || kinds[i - 1] !== 'T');
  }
  if (node === null || typeof node !== 'object') {
    return [];
  }
  if (['Str', 'Space', 'SoftBreak', 'Quoted'].includes(node.t)) {
    return ['T'];
  }
  if (node.t === 'Code') {
    return ['C'];
  }
  if (node.t === 'CodeBlock') {
    return ['CodeBlock:' + node.c[0][1].join()];
  }
  return node.t ? [node.t, '(', ...structure(node.c ?? []), ')'] : structure(Object.values(node));
}

function pandoc(from, file) {
  const text = execFileSync('pandoc', ['-f', from, '-t', 'json', join(folder, file)], { maxBuffer: 1 << 28 });
  return structure(JSON.parse(text).blocks).join(' ');
}

let failures = 0;
function same(what, got, wanted) {
  if (got !== wanted) {
    failures++;
    let at = 0;
    while (got[at] === wanted[at]) at++;
    console.error(`${what}: structure differs: ...${got.slice(Math.max(0, at - 60), at + 80)}`);
  }
}

const hostile = readdirSync(folder).filter((name) => name.startsWith('hostile-'));
for (const [suffix, from] of [['markdown', 'gfm'], ['markdown', 'commonmark_x'], ['postmortem', 'gfm'], ['jira', 'jira']]) {
  const wanted = pandoc(from, `benign.${suffix}`);
  const files = hostile.filter((name) => name.endsWith(`.${suffix}`));
  assert.equal(files.length, 200);
  for (const file of files) {
    same(`${file} as ${from}`, pandoc(from, file), wanted);
  }
  console.log(`${suffix} as ${from}: ${files.length} hostile reports`);
}

const Ajv = require('ajv-draft-04').default ?? require('ajv-draft-04');
const schema = JSON.parse(readFileSync(require.resolve('@atlaskit/adf-schema/dist/json-schema/v1/full.json')));
const valid = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(schema);
const documents = readdirSync(folder).filter((name) => name.endsWith('.adf'));
for (const file of documents) {
  if (!valid(JSON.parse(read(file)))) {
    failures++;
    console.error(`${file}: ${JSON.stringify(valid.errors.slice(0, 3))}`);
  }
}
console.log(`ADF: ${documents.length} documents against the published schema`);

process.exitCode = failures === 0 ? 0 : 1;
