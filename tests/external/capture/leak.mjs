// A program that leaks as many listeners as operations; `healthy` as its argument: it removes each one.
import { EventEmitter } from 'node:events';

const bus = new EventEmitter();
bus.setMaxListeners(0);
globalThis.bus = bus;

function subscribe(i) {
  const state = { i, rows: new Array(100).fill(i) };
  const onMessage = () => state.rows.length;
  bus.on('message', onMessage);
  if (process.argv[2] === 'healthy') bus.off('message', onMessage);
}

let i = 0;
setInterval(() => {
  for (let k = 0; k < 200; ++k) subscribe(++i);
}, 50);
