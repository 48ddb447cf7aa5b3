'use strict';
// Each question may take an hour, and ends with the process. What is answered from memory needs no limit.

const shutdown = new AbortController();
const answers = new Map();

function ask(order) {
  const product = order % 40;
  if (!answers.has(product)) {
    const signal = AbortSignal.any([AbortSignal.timeout(3_600_000), shutdown.signal]);
    answers.set(product, signal.aborted ? null : `product ${product}`);
  }
  return answers.get(product);
}

exports.iterate = ask;
