// Builds a program and puts it, with its node binary and its packages, into the folder it runs in.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
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

/**
 * A package and all that it depends on, as [name to require, folder under node_modules]. `packages` is a list of names,
 * or an object {name: alias} where package.json installs a version under another name.
 */
function packagesOf(packages) {
  const alias = Array.isArray(packages) ? {} : packages;
  const seen = new Map();
  const open = Array.isArray(packages) ? [...packages] : Object.keys(packages);
  while (open.length > 0) {
    const name = open.pop();
    if (seen.has(name)) continue;
    const installed = alias[name] ?? name;
    seen.set(name, installed);
    const manifest = JSON.parse(readFileSync(join(modules, installed, 'package.json'), 'utf8'));
    for (const needed of Object.keys(manifest.dependencies ?? {})) {
      // What npm nested inside the package comes along with the package's own folder.
      if (!existsSync(join(modules, installed, 'node_modules', needed))) open.push(needed);
    }
  }
  return seen;
}

/** Copies the packages of a scenario into FOLDER/node_modules. */
export function addPackages(scenario, folder) {
  for (const [name, installed] of packagesOf(scenario.packages ?? [])) {
    cpSync(join(modules, installed), join(folder, 'node_modules', name), { recursive: true });
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
