const { leakTest, heapBudget, assertNoLeak, selfCheck } = require('heapdiff/test/jest');
const define = require('./body.cjs');

define({ test: (name, body) => test(name, body, 120000), expect, leakTest, heapBudget, assertNoLeak, selfCheck });
