// A leak whose names try to become something live in Jira's markup, in ADF, JQL, JSON or a shell. Writes four snapshots.
const { EventEmitter } = require('node:events');
const { join } = require('node:path');
const v8 = require('node:v8');

const names = [
  '"; touch pwned; echo "', '$(touch pwned)', '`touch pwned`', "'; touch pwned; '", '" OR project = SECRET OR text ~ "',
  '{"type":"mention","attrs":{"id":"admin"}}', '","labels":["pwned"],"x":"', '[~admin]', '[click|javascript:alert(1)]',
  '!http://pwned.example/x.png!', '{html}<script>alert(1)</script>{html}', 'https://pwned.example/', '{code}', '\u001b]0;pwned\u0007',
  '\u202epwned', '@/etc/passwd', '-K/etc/passwd', '%0d%0aX-Pwned: 1', 'file=@/etc/passwd;type=x'];
class Hub extends EventEmitter {}
Object.defineProperty(Hub, 'name', { value: 'Hub{html}$(touch pwned)"' });
const hub = new Hub();
hub.setMaxListeners(0);
globalThis['$(touch pwned)"{code}'] = hub;
const event = names.join(' ');
let number = 0;
function subscribe() {
  const payload = { [names[number % names.length]]: new Array(20).fill(number++) };
  hub.on(event, () => payload);
}
for (let snapshot = 0; snapshot < 4; ++snapshot) {
  for (let i = 0; i < 800; ++i) subscribe();
  v8.writeHeapSnapshot(join(process.argv[2], `Heap.20260302.01${String(snapshot * 10).padStart(2, '0')}00.1.0.00${snapshot}.heapsnapshot`));
}
