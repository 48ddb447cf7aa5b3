'use strict';
// Two leaks: answers are kept by request id for ever, and each request listens for a change of the configuration.
const { EventEmitter } = require('events');

class Answer {
  constructor(request) {
    this.request = request;
    this.headers = { type: 'application/json', length: request % 4096 };
    this.body = `{"order":${request},"state":"accepted","total":${request * 19}}`;
  }
}

class AnswerStore {
  constructor() {
    this.answers = new Map();
  }
  /** A repeated request gets the same answer. */
  once(id, make) {
    if (!this.answers.has(id)) {
      this.answers.set(id, make());
    }
    return this.answers.get(id);
  }
}

class Configuration extends EventEmitter {}

const configuration = new Configuration();
configuration.setMaxListeners(0);
const store = new AnswerStore();

function limitsFor(tenant) {
  const limits = { tenant, perMinute: 60 };
  configuration.on('changed', (settings) => { limits.perMinute = settings.perMinute; });
  return limits;
}

exports.iterate = (request) => {
  const limits = limitsFor(`tenant-${request % 40}`);
  return store.once(`${limits.tenant}/${request}`, () => new Answer(request));
};
