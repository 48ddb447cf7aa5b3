// Line numbers are looked up in the sources, so that truth cannot drift from them.
import { existsSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { dirname, join, normalize, relative } from 'node:path';

/** Where the source map beside a package's file says that the site comes from, or null. */
function originalOf(site, folder) {
  const map = join(folder, `${site.file}.map`);
  if (!site.file.startsWith('node_modules/') || !existsSync(map)) return null;
  const column = readFileSync(join(folder, site.file), 'utf8').split('\n')[site.line - 1].indexOf(site.code);
  const { originalSource, originalLine } = new SourceMap(JSON.parse(readFileSync(map, 'utf8'))).findEntry(site.line - 1, column);
  if (!originalSource) return null;
  return { file: normalize(join(dirname(site.file), originalSource)), line: originalLine + 1, why: `the original of ${site.code}` };
}

/** Files of the program are named from its own folder, as the report names them; packages from the folder above. */
function fromRoot(site, root) {
  return root && site.file.startsWith(`${root}/`) ? { ...site, file: relative(root, site.file) } : site;
}

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

/** The sites of one leak, with lines: {site, alternates}; what a source map knows of them is an alternate too. */
function locateLeak(leak, folder, root) {
  const site = leak.site && locate(leak.site, folder);
  const alternates = (leak.alternates ?? []).map((one) => locate(one, folder));
  const originals = [site, ...alternates].flatMap((one) => (one && originalOf(one, folder)) ?? []);
  return {
    site: site && fromRoot(site, root),
    alternates: [...alternates.map((one) => fromRoot(one, root)), ...originals],
  };
}

/** The sites of a scenario: {site, alternates, secondary}. */
export function locateAll(scenario, folder) {
  const root = scenario.root ?? '';
  const secondary = (scenario.secondary ?? []).map((leak) => ({ ...leak, ...locateLeak(leak, folder, root) }));
  return { ...locateLeak(scenario, folder, root), secondary };
}
