// For jest. Adds the matchers toBeCollected and toLeak to jest's expect.
'use strict';

const { adapt, globalOf } = require('../lib/adapt.js');

const jestExpect = globalThis.expect;
if (typeof jestExpect?.extend !== 'function') {
  throw new Error('heapdiff/test/jest: there is no global expect() here: is this file run by jest?');
}
const adapted = adapt({
  test: globalOf('test', 'jest'),
  before: globalOf('beforeAll', 'jest'),
  after: globalOf('afterAll', 'jest'),
});
jestExpect.extend(adapted.matchers);

module.exports = { ...adapted, expect: jestExpect };
