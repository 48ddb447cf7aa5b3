// For node:test.
'use strict';

const { test, before, after } = require('node:test');
const { adapt } = require('../lib/adapt.js');

module.exports = adapt({
  test: (name, body, timeout) => test(name, { timeout }, body),
  before: (body, timeout) => before(body, { timeout }),
  after: (body, timeout) => after(body, { timeout }),
});
