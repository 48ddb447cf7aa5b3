'use strict';
// A poller takes batches of work as they come, round after round.

let deliver;
let worked = 0;

function nextBatch() {
  return new Promise((resolve) => {
    deliver = resolve;
  });
}

async function poll() {
  for (;;) {
    const batch = await nextBatch();
    worked += batch.length;
  }
}

poll();

exports.iterate = async (request) => {
  deliver([request, request + 1]);
  await null;
  await null;
};
