// Runtimes other than Node.js, each with a program that leaks or does not; undefined where one is not installed.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { answersAt, leak, listening, modules, sleep, started, work } from './harness.mjs';

const installed = (...parts) => {
  const binary = path.join(modules, ...parts);
  return fs.existsSync(binary) ? binary : undefined;
};
export const denoBinary = installed('@deno', 'linux-x64-glibc', 'deno');

export const startDeno = async (kind, port) =>
  denoBinary && started(denoBinary, ['run', `--inspect=127.0.0.1:${port}`, '-A', leak, kind], listening);

/** Under a load of its own; end() stops both. */
export async function startWorkerd(kind, inspector) {
  const binary = installed('workerd', 'bin', 'workerd');
  if (!binary) return undefined;
  const port = inspector - 1;
  const config = path.join(work, 'worker.capnp');
  fs.writeFileSync(config, `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")]
);
const worker :Workerd.Worker = (
  modules = [(name = "worker.mjs", esModule = embed "worker-${kind}.mjs")], compatibilityDate = "2024-09-01",
);
`);
  fs.writeFileSync(path.join(work, `worker-${kind}.mjs`), `const kept = [];
let n = 0;
function keep() {
  const row = { n: ++n, text: 'row ' + n, rows: new Array(50).fill(n) };
  ${kind === 'leak' ? 'kept.push(row);' : ''}
  return row.n;
}
export default { fetch() { for (let i = 0; i < 500; ++i) keep(); return new Response(String(n)); } };
`);
  const program = await started(binary, ['serve', config, `--inspector-addr=127.0.0.1:${inspector}`], answersAt(inspector));
  const load = setInterval(() => fetch(`http://127.0.0.1:${port}/`).then((r) => r.text()).catch(() => {}), 100);
  program.end = () => {
    clearInterval(load);
    program.kill('SIGKILL');
  };
  await sleep(1500);
  return program;
}

/** Its page has the title "leaky page". */
export async function startChromium(kind, port) {
  let browser;
  try { browser = execFileSync('which', ['chromium'], { encoding: 'utf8' }).trim(); } catch { return undefined; }
  const page = path.join(work, 'page.html');
  fs.writeFileSync(page, `<title>leaky page</title><script>
const kept = [];
function keep(i) {
  const row = { i, text: 'row ' + i, rows: new Array(50).fill(i) };
  if (location.hash !== '#healthy') kept.push(row);
}
let n = 0; setInterval(() => { for (let k = 0; k < 200; ++k) keep(++n); }, 50);
</script>`);
  const program = await started(browser, ['--headless=new', '--no-sandbox', '--disable-gpu', `--remote-debugging-port=${port}`,
    `--user-data-dir=${path.join(work, `profile-${kind}`)}`, `file://${page}#${kind}`], listening);
  await sleep(3000);
  return program;
}
