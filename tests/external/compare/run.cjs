// Runs one program: node --expose-gc run.cjs PROGRAM OPERATIONS SNAPSHOT [PROFILE...]
const [file, operations, snapshot] = process.argv.slice(2);
const { operate } = require(require('path').resolve(file));
// Memory that every program has: a table that a service loads, and some modules.
const table = new Map();
for (let i = 0; i < 4000; i++) table.set('key ' + i, { id: i, text: 'entry ' + i });
exports.table = table;
for (const name of ['http', 'url', 'stream', 'zlib', 'crypto']) require(name);
(async () => {
  for (let i = 0; i < Number(operations); i++) {
    operate(i);
    if (i % 100 === 0) await new Promise(setImmediate);
  }
  for (let i = 0; i < 4; i++) {
    global.gc();
    await new Promise((ok) => setTimeout(ok, 20));
  }
  require('v8').writeHeapSnapshot(snapshot);
  process.exit(0);
})();
