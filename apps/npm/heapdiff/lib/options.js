// The options of assertNoLeak, with their defaults, checked once.
'use strict';

const defaults = {
  iterations: 1000,
  warmup: 100,
  perOp: '100B',
  classes: { Socket: 0 },
  isolate: false,
  lenient: false,
  snapshots: 4,
  maxSnapshots: 8,
  settled: undefined,
  suppress: undefined,
  artifacts: undefined,
  name: undefined,
};

const kSize = /^(\d+(?:\.\d+)?)\s*(B|kB|MB|GB|KiB|MiB|GiB)$/;

// A size as gates write it: a number is bytes.
function sizeOf(value, name) {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return `${value}B`;
  if (typeof value === 'string' && kSize.test(value)) return value.replace(/\s/g, '');
  throw new TypeError(`${name}: expected bytes as a number, or a size such as '100B' or '1kB', got ${String(value)}`);
}

function bytesOf(size) {
  const [, number, unit] = kSize.exec(size);
  const powers = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };
  return Number(number) * powers[unit];
}

function requireCount(value, name, least) {
  if (!Number.isInteger(value) || value < least) {
    throw new TypeError(`${name}: expected a whole number from ${least} on, got ${String(value)}`);
  }
}

function withDefaults(given = {}) {
  const unknown = Object.keys(given).find((key) => !(key in defaults));
  if (unknown) {
    throw new TypeError(`unknown option ${unknown}; there are ${Object.keys(defaults).join(', ')}`);
  }
  const options = { ...defaults };
  for (const [key, value] of Object.entries(given)) {
    if (value !== undefined) options[key] = value;
  }
  requireCount(options.iterations, 'iterations', 1);
  requireCount(options.warmup, 'warmup', 0);
  requireCount(options.snapshots, 'snapshots', 3);
  requireCount(options.maxSnapshots, 'maxSnapshots', options.snapshots);
  options.perOp = sizeOf(options.perOp, 'perOp');
  for (const [name, count] of Object.entries(options.classes)) requireCount(count, `classes.${name}`, 0);
  return options;
}

module.exports = { withDefaults, sizeOf, bytesOf };
