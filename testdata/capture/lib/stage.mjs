// Builds a program and puts it, with its node binary and its packages, into the folder it runs in.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const modules = join(dirname(fileURLToPath(import.meta.url)), '..', 'node_modules');

function run(program, args, cwd) {
  const done = spawnSync(program, args, { cwd, encoding: 'utf8' });
  if (done.status !== 0) throw new Error(done.stdout + done.stderr);
}

const builders = {
  typescript(folder) {
    const types = join(folder, 'node_modules');
    symlinkSync(modules, types);
    run(process.execPath, [join(modules, 'typescript', 'bin', 'tsc'), '-p', folder], folder);
    rmSync(types);
  },
  bundle(folder) {
    const options = ['--bundle', '--minify', '--platform=node', '--target=node18', '--sourcemap', '--sources-content=false'];
    run(join(modules, '.bin', 'esbuild'), ['src/main.ts', '--outfile=dist/bundle.js', ...options, '--log-level=warning'], folder);
  },
};

export function build(scenario, folder) {
  if (scenario.build) builders[scenario.build](folder);
}

/** The folder of package `name` as a module in `from` finds it: in the nearest node_modules at or above. */
function folderOf(name, from) {
  for (let folder = from; folder.startsWith(modules); folder = dirname(folder)) {
    const nested = join(folder, 'node_modules', name);
    if (existsSync(nested)) return nested;
  }
  const hoisted = join(modules, name);
  return existsSync(hoisted) ? hoisted : null;
}

/**
 * Packages and all that they depend on: [{name, version, from, nested}], `name` as it is required. `packages` is a list
 * of names, or an object {name: alias} where package.json installs a version under another name. What npm nested inside
 * another package comes along with that package's folder: it is listed with `nested` for what it depends on itself.
 */
function packagesOf(packages) {
  const alias = Array.isArray(packages) ? {} : packages;
  const names = Array.isArray(packages) ? packages : Object.keys(packages);
  const open = names.map((name) => ({ name, from: join(modules, alias[name] ?? name) }));
  const seen = new Map();
  while (open.length > 0) {
    const { name, from } = open.pop();
    if (seen.has(from)) continue;
    const manifest = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8'));
    const nested = from.slice(modules.length).includes('node_modules');
    seen.set(from, { name, version: manifest.version, from, nested });
    for (const needed of Object.keys(manifest.dependencies ?? {})) {
      const folder = folderOf(needed, from);
      if (folder) open.push({ name: needed, from: folder });
    }
  }
  return [...seen.values()];
}

/**
 * Copies the packages of a scenario into FOLDER/node_modules. With "layout": "pnpm" as pnpm lays them: each package in
 * .pnpm/NAME@VERSION/node_modules/NAME with links to what it needs next to it, and links at the top.
 */
export function addPackages(scenario, folder) {
  const packages = packagesOf(scenario.packages ?? []).filter(({ nested }) => !nested);
  const top = join(folder, 'node_modules');
  if (scenario.layout !== 'pnpm') {
    for (const { name, from } of packages) cpSync(from, join(top, name), { recursive: true });
    return;
  }
  const storeOf = ({ name, version }) => join(top, '.pnpm', `${name.replace('/', '+')}@${version}`, 'node_modules');
  const link = (to, place) => {
    if (existsSync(place)) return;
    mkdirSync(dirname(place), { recursive: true });
    symlinkSync(relative(dirname(place), to), place);
  };
  for (const one of packages) {
    cpSync(one.from, join(storeOf(one), one.name), { recursive: true });
    for (const other of packages) if (other !== one) link(join(storeOf(other), other.name), join(storeOf(one), other.name));
    link(join(storeOf(one), one.name), join(top, one.name));
  }
}

export function stage(scenario, source, folder, node) {
  if (existsSync(folder)) throw new Error(`${folder} exists: name another folder with --stage`);
  mkdirSync(join(folder, 'bin'), { recursive: true });
  cpSync(source, folder, { recursive: true });
  rmSync(join(folder, 'scenario.json'));
  if (scenario.browser) return;
  cpSync(join(modules, '..', 'lib', 'driver.cjs'), join(folder, 'bin', 'driver.cjs'));
  cpSync(node ?? join(modules, scenario.node, 'bin', 'node'), join(folder, 'bin', 'node'));
}

/** The program's own scripts below `folder`, without packages and without what stage() put there. */
function scriptsOf(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((file) => /\.[cm]?js$/.test(file) && !/^(bin|min|node_modules)\//.test(file));
}

/**
 * Writes the staged program once more, minified and with source maps, to FOLDER/min, and returns the app to run. Each
 * file becomes one file (`how` is "files"), or each script that runs by itself, the app or a worker, becomes one file
 * with all that it loads ("bundle").
 */
export function minify(scenario, folder, how) {
  const bundled = how === 'bundle' && !scenario.browser;
  const scripts = scriptsOf(folder);
  const texts = scripts.map((file) => readFileSync(join(folder, file), 'utf8'));
  const runsByItself = (file) => file === scenario.app ||
    texts.some((text) => text.includes(`new Worker`) && text.includes(`'${file}'`));
  const entries = bundled ? scripts.filter(runsByItself) : scripts;
  const format = extname(scenario.app) === '.mjs' ? 'esm' : 'cjs';
  const kind = bundled ? ['--bundle', '--platform=node', `--format=${format}`] : [];
  run(join(modules, '.bin', 'esbuild'), [...entries, '--outdir=min', '--outbase=.', '--minify', '--sourcemap',
    '--sources-content=false', `--out-extension:.js=${extname(entries[0])}`, '--log-level=error', ...kind], folder);
  if (scenario.browser) cpSync(join(folder, scenario.app), join(folder, 'min', scenario.app));
  return join('min', scenario.app);
}
