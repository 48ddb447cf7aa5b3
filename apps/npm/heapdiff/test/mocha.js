// For mocha, in its BDD and TDD interfaces.
'use strict';

const { adapt, globalOf } = require('../lib/adapt.js');

const either = (bdd, tdd) => (...args) => globalOf(globalThis[bdd] ? bdd : tdd, 'mocha')(...args);
// mocha gives a body the context that sets the time limit as `this`.
const limited = (body, timeout) => function limitedBody() { this.timeout(timeout); return body(); };

module.exports = adapt({
  test: (name, body, timeout) => either('it', 'test')(name, limited(body, timeout)),
  before: (body, timeout) => either('before', 'suiteSetup')(limited(body, timeout)),
  after: (body, timeout) => either('after', 'suiteTeardown')(limited(body, timeout)),
});
