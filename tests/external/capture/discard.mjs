// Usage: node discard.mjs ws://...: takes a snapshot through the inspector and discards it. Prints "begins" when it has
// collected garbage, and in the end the bytes, the seconds, and those until the first chunk.
const socket = new WebSocket(process.argv[2]);
await new Promise((done) => (socket.onopen = done));
const waiting = new Map();
let last = 0;
let bytes = 0;
let first = 0;
socket.onmessage = ({ data }) => {
  if (data.startsWith('{"method":"HeapProfiler.addHeapSnapshotChunk"')) {
    first ||= performance.now();
    return void (bytes += data.length);
  }
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
console.log('begins');
const began = performance.now();
await call('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
console.log(bytes, (performance.now() - began) / 1000, (first - began) / 1000);
process.exit(0);
