'use strict';

const { assertNoLeak, LeakAssertionError } = require('../lib/assert_no_leak.js');
const { assertCollected } = require('../lib/collected.js');
const { makeBudget } = require('../lib/heap_budget.js');
const { expect, matchers } = require('../lib/matchers.js');
const { selfCheck } = require('../lib/self_check.js');

module.exports = { assertNoLeak, assertCollected, expect, matchers, makeBudget, selfCheck, LeakAssertionError };
