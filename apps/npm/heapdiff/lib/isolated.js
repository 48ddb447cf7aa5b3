// Runs the function in a process of its own, whose heap holds nothing of the test runner.
'use strict';

const { fork } = require('node:child_process');
const { isAbsolute, resolve, dirname } = require('node:path');
const { fileURLToPath, pathToFileURL } = require('node:url');
const { existsSync } = require('node:fs');

// What to run in a child: a module's path or URL, "path#export", or {module, export}. A closure cannot leave its process.
function isolatedTarget(given) {
  let target = given;
  if (typeof given === 'string' || given instanceof URL) {
    const text = String(given);
    const hash = text.lastIndexOf('#');
    target = hash < 0 ? { module: text } : { module: text.slice(0, hash), export: text.slice(hash + 1) };
  }
  if (target === null || typeof target !== 'object' || typeof target.module !== 'string' && !(target.module instanceof URL)) {
    throw new TypeError("isolate: a function cannot be sent to another process. Give its module: '/path/app.js#name', "
      + 'or { module, export }');
  }
  const text = String(target.module);
  const path = text.startsWith('file:') ? fileURLToPath(text) : text;
  const absolute = isAbsolute(path) ? path : resolve(path);
  if (!existsSync(absolute)) throw new Error(`isolate: there is no module ${absolute}`);
  return { url: pathToFileURL(absolute).href, name: target.export || 'default', folder: dirname(absolute) };
}

class IsolatedTaker {
  constructor(target, folder, options) {
    Object.assign(this, { target, folder, options, files: [] });
  }

  async start() {
    // Options of the runner (loaders, an inspector's port) are not the child's; those of the caller in NODE_OPTIONS are.
    this.child = fork(require.resolve('./isolated_child.js'), [], { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.ended = new Promise((done) => { this.child.on('exit', (code, signal) => done(signal || code)); });
    const { iterations, warmup } = this.options;
    await this.ask({ start: { ...this.target, folder: this.folder, iterations, warmup } });
  }

  step() {
    return this.ask({ step: true });
  }

  async ask(message) {
    const answer = new Promise((done) => { this.child.once('message', done); });
    this.child.send(message);
    const first = await Promise.race([answer, this.ended.then((how) => ({ ended: how }))]);
    if ('ended' in first) throw new Error(`the isolated process ended (${first.ended}) before the series was complete`);
    if (first.error) {
      const error = new Error(first.error.message);
      error.stack = first.error.stack;
      error.name = first.error.name;
      throw error;
    }
    this.files.push(first.file);
  }

  async stop() {
    if (!this.child) return;
    if (this.child.connected) this.child.disconnect();
    const wait = new Promise((done) => { setTimeout(done, 2000).unref(); });
    await Promise.race([this.ended, wait]);
    if (this.child.exitCode === null) this.child.kill('SIGKILL');
  }
}

module.exports = { IsolatedTaker, isolatedTarget };
