'use strict';
// Jobs arrive in waves and are worked off: the queue is long at one moment and short at the next. No leak.
const { EventEmitter } = require('events');

class Job extends EventEmitter {
  constructor(number) {
    super();
    this.number = number;
    this.payload = { to: `customer-${number % 500}@example.org`, lines: [number, number + 1, number + 2] };
    this.attempts = [];
    this.once('done', (result) => this.attempts.push(result));
  }
}

class JobQueue {
  constructor() {
    this.waiting = [];
    this.byNumber = new Map();
    this.finished = 0;
  }
  add(job) {
    this.waiting.push(job);
    this.byNumber.set(job.number, job);
  }
  work() {
    const job = this.waiting.shift();
    this.byNumber.delete(job.number);
    job.emit('done', 'sent');
    this.finished += 1;
  }
}

const queue = new JobQueue();
const waves = [200, 700, 300, 650, 250];

/** The workers keep up with the wave: the queue moves towards its length in steps of 500 jobs. */
exports.iterate = (request) => {
  const wave = request / 900;
  const from = waves[Math.floor(wave) % waves.length];
  const to = waves[(Math.floor(wave) + 1) % waves.length];
  const length = from + (to - from) * (wave % 1);
  queue.add(new Job(request));
  while (queue.waiting.length > length) queue.work();
};
