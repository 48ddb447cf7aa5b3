// Makes the packages' tarballs: node apps/npm/pack.mjs --out DIR --binary linux-x64=PATH [--binary linux-arm64=PATH]
//
// The version is CMakeLists.txt's. Every given program becomes a package @heapdiff/PLATFORM of the one template, and an
// optional dependency of the package heapdiff. Same programs, same bytes.
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../..');
const { values } = parseArgs({ options: { out: { type: 'string' }, binary: { type: 'string', multiple: true } } });
if (!values.out || !values.binary) {
  console.error('usage: node pack.mjs --out DIR --binary PLATFORM=PATH...');
  process.exit(2);
}
const out = resolve(values.out);
const version = /project\(heapdiff VERSION (\S+)/.exec(readFileSync(join(root, 'CMakeLists.txt'), 'utf8'))[1];
const binaries = Object.fromEntries(values.binary.map((each) => {
  const at = each.indexOf('=');
  return [each.slice(0, at), resolve(each.slice(at + 1))];
}));
const work = mkdtempSync(join(tmpdir(), 'heapdiff-pack-'));
mkdirSync(out, { recursive: true });

function pack(folder) {
  cpSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
  const printed = execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', out], {
    cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'],
  });
  console.log(join(out, printed.trim()));
}

try {
  for (const [platform, path] of Object.entries(binaries)) {
    const [os, cpu] = platform.split('-');
    const folder = join(work, platform);
    mkdirSync(folder);
    const words = { PLATFORM: platform, VERSION: version, OS: os, CPU: cpu };
    writeFileSync(join(folder, 'package.json'), readFileSync(join(here, 'platform.package.json'), 'utf8')
      .replace(/PLATFORM|VERSION|OS|CPU/g, (word) => words[word]));
    writeFileSync(join(folder, 'README.md'), `The program of the package \`heapdiff\` for ${platform}. Install \`heapdiff\`.\n`);
    cpSync(path, join(folder, 'heapdiff'));
    chmodSync(join(folder, 'heapdiff'), 0o755);
    pack(folder);
  }
  const folder = join(work, 'heapdiff');
  cpSync(join(here, 'heapdiff'), folder, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  manifest.version = version;
  manifest.optionalDependencies = Object.fromEntries(Object.keys(binaries).map((each) => [`@heapdiff/${each}`, version]));
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  pack(folder);
} finally {
  rmSync(work, { recursive: true, force: true });
}
