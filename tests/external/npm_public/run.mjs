// Each subject on the version that leaks and on the one that does not.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const [work, ...wanted] = process.argv.slice(2);
const subjects = [
  { name: 'undici-fetch-request', leaking: 'node-20', fixed: 'node-20', says: /signal, abort/ },
  { name: 'node-diagnostics-channel', leaking: 'node-18.17', fixed: 'node-22', says: /channels|diagnostics/i },
  { name: 'mongodb-commands', leaking: 'node-20', fixed: 'node-20', says: /cmap\/connection\.ts:\d+/ },
  { name: 'jsdom-window', leaking: 'node-20', fixed: 'node-20', red: /The object is not collected/, says: /Window|Document/ },
  { name: 'apollo-retry-value', leaking: 'node-20', fixed: 'node-20', red: /The object is not collected/, says: /values/ },
  { name: 'apollo-retry-values', leaking: 'node-20', fixed: 'node-20', says: /retryLink\.js:\d+/ },
  { name: 'mem-expiry', leaking: 'node-20', fixed: 'node-20', says: /mem-leaking\/index\.js:\d+/ },
  { name: 'comlink-callback', leaking: 'node-20', fixed: 'node-20', says: /comlink|MessagePort/ },
  { name: 'http-timer-socket', leaking: 'node-20', fixed: 'node-20', says: /http-timer-leaking/ },
  { name: 'rate-limiter-clients', leaking: 'node-20', fixed: 'node-20', says: /limiter-leaking/ },
];
let failures = 0;
for (const subject of subjects.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  for (const side of ['leaking', 'fixed']) {
    const node = join(work, 'project/node_modules', subject[side], 'bin/node');
    const ran = spawnSync(node, ['one.mjs', subject.name, side], { cwd: join(work, 'project'), encoding: 'utf8',
      env: { ...process.env, HEAPDIFF_ARTIFACTS: join(work, 'artifacts') } });
    const good = side === 'fixed' ? ran.status === 0
      : ran.status === 1 && (subject.red ?? /The function leaks memory/).test(ran.stdout) && subject.says.test(ran.stdout);
    failures += good ? 0 : 1;
    const first = ran.stdout.split('\n').find((line) => /^(LEAK|INCONCLUSIVE|NO LEAK)/.test(line)) ?? '';
    console.log(`${subject.name}, ${side}: ${good ? 'as expected' : `NOT as expected (${ran.status})`} ${first}`);
    if (!good) console.log(ran.stdout + ran.stderr);
  }
}
process.exitCode = failures > 0 ? 1 : 0;
