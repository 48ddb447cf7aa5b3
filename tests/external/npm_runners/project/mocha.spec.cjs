const all = require('heapdiff/test/mocha');
const define = require('./body.cjs');

define({ ...all, test: (name, body) => it(name, function limited() { this.timeout(120000); return body(); }) });
