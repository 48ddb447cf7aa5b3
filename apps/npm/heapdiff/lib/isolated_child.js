// The process of a function that is run apart: it takes orders over the channel to its parent.
'use strict';

const { SnapshotTaker } = require('./snapshots.js');

let taker;

async function load({ url, name }) {
  const module = await import(url);
  const found = module[name] ?? module.default?.[name] ?? (name === 'default' ? module.default : undefined);
  if (typeof found !== 'function') {
    throw new TypeError(`${url} exports no function ${name}; it exports ${Object.keys(module).join(', ')}`);
  }
  return { fn: found, settled: module.settled };
}

async function obey(message) {
  if (message.start) {
    const { fn, settled } = await load(message.start);
    const { folder, iterations, warmup } = message.start;
    taker = new SnapshotTaker(fn, folder, { iterations, warmup, settled });
    await taker.start();
  } else {
    await taker.step();
  }
  return taker.files[taker.files.length - 1];
}

process.on('message', (message) => {
  obey(message).then(
    (file) => process.send({ file }),
    (error) => process.send({ error: { message: String(error?.message ?? error), stack: error?.stack, name: error?.name } }),
  );
});
process.on('disconnect', () => process.exit(0));
