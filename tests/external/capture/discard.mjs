// Usage: node discard.mjs ws://...: takes a snapshot through the inspector, discards it, and prints its bytes and the seconds.
const socket = new WebSocket(process.argv[2]);
await new Promise((done) => (socket.onopen = done));
const waiting = new Map();
let last = 0;
let bytes = 0;
socket.onmessage = ({ data }) => {
  if (data.startsWith('{"method":"HeapProfiler.addHeapSnapshotChunk"')) return void (bytes += data.length);
  const answer = JSON.parse(data);
  waiting.get(answer.id)?.(answer);
};
const call = (method, params = {}) =>
  new Promise((done) => {
    waiting.set(++last, done);
    socket.send(JSON.stringify({ id: last, method, params }));
  });
await call('HeapProfiler.enable');
await call('HeapProfiler.collectGarbage');
const began = performance.now();
await call('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
console.log(bytes, (performance.now() - began) / 1000);
process.exit(0);
