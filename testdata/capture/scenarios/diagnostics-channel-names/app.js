'use strict';
// Each order is published on a channel of its own, so that a tracer can follow one order alone.
const diagnostics = require('diagnostics_channel');

function ship(order) {
  const channel = diagnostics.channel(`order:${order}:shipped`);
  if (channel.hasSubscribers) channel.publish({ order });
  return channel.name.length;
}

exports.iterate = ship;
