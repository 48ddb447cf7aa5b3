'use strict';
// Every upload wants to hear of the shutdown and never takes its listener back.
const { EventEmitter } = require('events');

class Lifecycle extends EventEmitter {}

const lifecycle = new Lifecycle();
lifecycle.setMaxListeners(0);

function upload(name, bytes) {
  const progress = { name, bytes, sent: 0, parts: [bytes / 2, bytes / 2] };
  lifecycle.once('shutdown', () => {
    progress.parts.length = 0;
  });
  for (const part of progress.parts) progress.sent += part;
  return progress.sent;
}

exports.iterate = (request) => upload(`photo-${request}.jpg`, 1024 + request);
