'use strict';
// The image service reports its progress to a callback of each request, across a message channel.
const Comlink = require('comlink');
const nodeEndpoint = require('comlink/dist/umd/node-adapter.js');

const images = {
  async resize(photo, report) {
    await report(photo);
    return `${photo}.jpg`;
  },
};

const { port1, port2 } = new MessageChannel();
Comlink.expose(images, nodeEndpoint(port1));
const service = Comlink.wrap(nodeEndpoint(port2));
let reported = 0;

exports.iterate = (photo) => service.resize(photo, Comlink.proxy((number) => { reported = number; }));
exports.settle = async () => {
  for (let i = 0; i < 4; i += 1) {
    global.gc();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};
exports.stop = () => port1.close();
