// toBeCollected: whether the garbage collector can free one object; when not, what holds it.
'use strict';

const { AssertionError } = require('node:assert');
const { mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const v8 = require('node:v8');
const vm = require('node:vm');
const { findBinary } = require('./binary.js');
const { turn, settle } = require('./event_loop.js');
const { explainObject, fieldsOf, idOfInstance } = require('./program.js');

const kTries = 10;

// A full collection. The flag is set only to get the function, which stays usable.
let collect;
function collectGarbage() {
  if (!collect) {
    collect = globalThis.gc;
    if (typeof collect !== 'function') {
      v8.setFlagsFromString('--expose-gc');
      collect = vm.runInNewContext('gc');
      v8.setFlagsFromString('--no-expose-gc');
    }
  }
  collect();
}

function requireWeakRef(ref) {
  if (Object.prototype.toString.call(ref) !== '[object WeakRef]') {
    throw new TypeError('toBeCollected: expected a WeakRef; an object that is passed itself is held by the call');
  }
}

async function isCollected(ref) {
  for (let i = 0; i < kTries; ++i) {
    // deref() keeps the object until the end of the job, so that each try is a job of its own.
    if (ref.deref() === undefined) return true;
    await settle();
    collectGarbage();
    await turn();
  }
  return ref.deref() === undefined;
}

// Marks the object in a snapshot without holding it: the only instance of a class refers to the WeakRef.
// (An inspector's session could name the object's id. But when it ends, V8 gives every object another id, and snapshots of before
// can no longer be compared with later ones.)
class HeapdiffMarker {
  constructor(ref) { this.target = ref; }
}

async function idBehindMarker(file) {
  const marker = await idOfInstance(file, 'HeapdiffMarker');
  const weak = (await fieldsOf(file, marker)).find((field) => field.edge === '.target');
  const target = (await fieldsOf(file, weak.id)).find((field) => field.edgeType === 'weak' && field.edge === '(target)');
  return target?.id;
}

// What holds the object, as text; none when the collection before the snapshot took it.
async function findHolders(ref) {
  findBinary();
  const folder = mkdtempSync(join(tmpdir(), 'heapdiff-'));
  try {
    await turn();
    const file = join(folder, 'held.heapsnapshot');
    const marker = new HeapdiffMarker(ref);
    v8.writeHeapSnapshot(file);
    if (marker.target !== ref) return undefined;  // never: keeps the marker alive until here
    const id = await idBehindMarker(file);
    return id && await explainObject(file, id);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// One after the other, so that a snapshot has one marker.
let last = Promise.resolve();
function holdersOf(ref) {
  const found = last.then(() => findHolders(ref));
  last = found.catch(() => {});
  return found;
}

// {collected, message}: the message says what holds the object when it is not collected.
async function checkCollected(ref) {
  requireWeakRef(ref);
  if (await isCollected(ref)) return { collected: true, message: 'the object was collected' };
  const holders = await holdersOf(ref);
  if (holders === undefined) return { collected: true, message: 'the object was collected' };
  return { collected: false, message: `The object is not collected. What holds it:\n\n${holders}` };
}

async function assertCollected(ref) {
  findBinary();
  const { collected, message } = await checkCollected(ref);
  if (!collected) {
    throw new AssertionError({ message, operator: 'toBeCollected', actual: 'alive', expected: 'collected', stackStartFn: assertCollected });
  }
}

async function assertNotCollected(ref) {
  const { collected } = await checkCollected(ref);
  if (collected) {
    throw new AssertionError({ message: 'The object was collected.', operator: 'not.toBeCollected', actual: 'collected',
      expected: 'alive', stackStartFn: assertNotCollected });
  }
}

module.exports = { checkCollected, assertCollected, assertNotCollected, collectGarbage };
