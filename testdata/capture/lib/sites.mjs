// Line numbers are looked up in the sources, so that truth cannot drift from them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

function locate(site, folder) {
  const lines = readFileSync(join(folder, site.file), 'utf8').split('\n');
  const find = (text) => {
    const at = lines.findIndex((line) => line.includes(text));
    if (at < 0) throw new Error(`${site.file} does not contain ${JSON.stringify(text)}`);
    return at;
  };
  const line = find(site.code) + 1;
  if (!site.functionCode) return { ...site, line };
  const first = find(site.functionCode);
  const indent = lines[first].match(/^\s*/)[0];
  let last = lines.findIndex((text, i) => i > first && text.startsWith(`${indent}}`));
  if (last < 0) last = first;
  return { ...site, line, functionLines: [first + 1, last + 1] };
}

/** The sites of one leak, with lines: {site, alternates}. */
function locateLeak(leak, folder) {
  return {
    site: leak.site && locate(leak.site, folder),
    alternates: (leak.alternates ?? []).map((site) => locate(site, folder)),
  };
}

/** The sites of a scenario: {site, alternates, secondary}. */
export function locateAll(scenario, folder) {
  const secondary = (scenario.secondary ?? []).map((leak) => ({ ...leak, ...locateLeak(leak, folder) }));
  return { ...locateLeak(scenario, folder), secondary };
}
