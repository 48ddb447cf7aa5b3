'use strict';
// The hardest two processes: nothing but the runtime, and it does the same in each run.
require('v8').writeHeapSnapshot(`${process.argv[2]}-0.heapsnapshot`);
