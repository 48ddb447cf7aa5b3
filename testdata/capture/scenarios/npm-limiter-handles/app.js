'use strict';
// Logins are limited by the address of the client. The timers fire after 20 ms, long before a snapshot is taken.
const limiter = require('rolling-rate-limiter');

const allow = limiter({ interval: 20, maxInInterval: 3 });

exports.iterate = (request) => allow(`10.${request >> 16}.${(request >> 8) & 255}.${request & 255}`) === 0;
exports.settle = () => new Promise((resolve) => setTimeout(resolve, 80));
