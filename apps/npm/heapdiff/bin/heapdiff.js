#!/usr/bin/env node
// Runs the program of this platform with the same arguments, and ends as it ends.
'use strict';

const { spawn } = require('node:child_process');
const { findBinary } = require('../lib/binary.js');

let binary;
try {
  binary = findBinary();
} catch (error) {
  process.stderr.write(`heapdiff: ${error.message}\n`);
  process.exit(70);
}
const child = spawn(binary, process.argv.slice(2), { stdio: 'inherit' });
// A terminal sends Ctrl-C to both. This process stays until the program has cleaned up and says how it ended.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => { if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal); });
}
child.on('error', (error) => {
  process.stderr.write(`heapdiff: ${binary} does not start: ${error.message}\n`);
  process.exit(70);
});
child.on('exit', (code, signal) => {
  if (signal) {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(name);
    process.kill(process.pid, signal);
  } else {
    process.exitCode = code;
  }
});
