'use strict';
// Each question may take an hour, and ends with the process. Most are answered at once from memory.

const shutdown = new AbortController();
const answers = new Map();

function ask(order) {
  const signal = AbortSignal.any([AbortSignal.timeout(3_600_000), shutdown.signal]);
  const product = order % 40;
  if (!answers.has(product)) answers.set(product, `product ${product}`);
  return signal.aborted ? null : answers.get(product);
}

exports.iterate = ask;
