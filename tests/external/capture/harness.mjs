// What the parts of the test share: programs, heapdiff, checks.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const here = path.dirname(fileURLToPath(import.meta.url));
export const heapdiff = process.env.HEAPDIFF_BINARY;
export const work = process.argv[2];
export const modules = path.join(process.env.HEAPDIFF_NODES, 'node_modules');
export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** The binary of "n20"; our own where that version is not installed. Undefined when there is no such file. */
export function nodeOf(version) {
  const own = path.join(modules, version, 'bin', 'node');
  if (fs.existsSync(own)) return own;
  return process.version.startsWith(`v${version.slice(1)}.`) ? process.execPath : undefined;
}
export const versions = ['n14', 'n16', 'n18', 'n20', 'n22', 'n24', 'n26'].filter(nodeOf);

let failed = 0;
let folders = 0;
export const folder = () => path.join(work, `capture-${++folders}`);
export function check(what, held, detail = '') {
  if (!held) ++failed;
  console.log(`${held ? 'ok  ' : 'FAIL'} ${what}${held ? '' : ` ${detail}`}`);
}
export const failures = () => failed;

/** Runs heapdiff to its end. */
export function run(words, { killAfter, signal = 'SIGKILL', cwd, onStart } = {}) {
  return new Promise((done) => {
    const child = spawn(heapdiff, words, { stdio: ['ignore', 'pipe', 'pipe'], cwd });
    let out = '';
    let err = '';
    child.stdout.on('data', (d) => (out += d));
    child.stderr.on('data', (d) => (err += d));
    if (killAfter !== undefined) setTimeout(() => child.kill(signal), killAfter);
    if (onStart) onStart(child);
    child.on('close', (code, by) => done({ code, by, out, err }));
  });
}

/** Starts a program, and waits until `ready` holds of it: a function, or milliseconds. */
export async function started(binary, words, ready = 700, options = {}) {
  const child = spawn(binary, words, { stdio: ['ignore', 'ignore', 'pipe'], ...options });
  child.err = '';
  child.stderr.on('data', (d) => (child.err += d));
  if (typeof ready === 'number') await sleep(ready);
  else for (let i = 0; i < 300 && !(await ready(child)); ++i) await sleep(100);
  return child;
}

/** Ready to be signalled: Node.js handles SIGUSR1 by now. Before, the signal would end it. */
export const catchesSignal = (child) => {
  try {
    const mask = fs.readFileSync(`/proc/${child.pid}/status`, 'utf8').match(/SigCgt:\s*([0-9a-f]+)/)[1];
    return (BigInt(`0x${mask}`) & 0x200n) !== 0n;
  } catch {
    return false;
  }
};
export const listening = (child) => /listening on/i.test(child.err);

export const alive = (child) => child.exitCode === null && child.signalCode === null;
export const answers = (port, at = '/json/version') =>
  new Promise((done) => {
    http.get({ host: '127.0.0.1', port, path: at, timeout: 2000 }, (r) => done(r.resume() && true))
      .on('error', () => done(false));
  });
/** For started(): an inspector answers at the port. */
export const answersAt = (port) => () => answers(port, '/json/list');
export const verdict = (out) => { try { return JSON.parse(out); } catch { return { verdict: 'no JSON' }; } };
export const totals = (file) =>
  JSON.parse(execFileSync(heapdiff, ['summary', file, '--format', 'json'], { maxBuffer: 1 << 28 })).inputs[0];

/** Four snapshots, and the answer in JSON. */
export const four = ['--count', '4', '--every', process.env.HEAPDIFF_GAP ?? '2s', '--format', 'json'];
export const leak = path.join(here, 'leak.mjs');
export const kLeakLine = 11;

/** Whether the first suspect of an answer is the leaking line of leak.mjs. */
export function checkLeak(name, got) {
  const said = verdict(got.out);
  const site = said.suspects?.[0]?.sites?.[0];
  check(`${name}: leak`, got.code === 0 && said.verdict === 'leak', `${got.code} ${got.err} ${said.headline}`);
  check(`${name}: its line`, site?.file?.endsWith('leak.mjs') && site?.line === kLeakLine, JSON.stringify(site));
  check(`${name}: says whose it is`, !got.err.includes('of unknown id'), got.err);
}
export function checkHealthy(name, got) {
  const said = verdict(got.out);
  check(`${name}: no leak`, got.code === 0 && said.verdict === 'no-leak', `${got.code} ${got.err} ${said.headline}`);
}
