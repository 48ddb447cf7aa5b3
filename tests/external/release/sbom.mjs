// What SPDX 2.3 asks of a document: sbom.mjs FILE PROGRAM. Licences are parsed by a package of npm.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import parse from 'spdx-expression-parse';

const [file, program] = process.argv.slice(2);
const document = JSON.parse(readFileSync(file, 'utf8'));
assert.equal(document.spdxVersion, 'SPDX-2.3');
assert.equal(document.SPDXID, 'SPDXRef-DOCUMENT');
assert.equal(document.dataLicense, 'CC0-1.0');
assert.match(document.documentNamespace, /^[a-z]+:[^#]+$/);
assert.match(document.creationInfo.created, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
assert.ok(document.creationInfo.creators.every((creator) => /^(Tool|Person|Organization): ./.test(creator)));

const ids = document.packages.map((each) => each.SPDXID);
assert.equal(new Set(ids).size, ids.length);
for (const each of document.packages) {
  assert.match(each.SPDXID, /^SPDXRef-[A-Za-z0-9.-]+$/);
  assert.ok(each.name && each.versionInfo && each.versionInfo !== 'unknown', `${each.name} has no version`);
  assert.equal(each.downloadLocation, 'NOASSERTION');
  assert.equal(each.filesAnalyzed, false);
  assert.doesNotThrow(() => parse(each.licenseDeclared), `${each.name}: "${each.licenseDeclared}" is no licence`);
}
for (const { spdxElementId, relationshipType, relatedSpdxElement } of document.relationships) {
  for (const id of [spdxElementId, relatedSpdxElement]) assert.ok(id === document.SPDXID || ids.includes(id), `no ${id}`);
  assert.match(relationshipType, /^(DESCRIBES|STATIC_LINK)$/);
}
const sum = createHash('sha256').update(readFileSync(program)).digest('hex');
assert.deepEqual(document.packages[0].checksums, [{ algorithm: 'SHA256', checksumValue: sum }]);
console.log(`SPDX: ${ids.length} packages with their licences`);
