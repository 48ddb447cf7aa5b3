const { EventEmitter } = require('events');
function createApp() {
  const app = function (req) { return app.handle(req); };
  Object.assign(app, EventEmitter.prototype);
  EventEmitter.call(app);
  app.handle = (req) => req;
  app.setMaxListeners(0);
  return app;
}
const app = createApp();
function onRequest(ctx) {
  app.on('finish', () => { ctx.done = true; });
  app({ ctx });
}
exports.iterate = (i) => onRequest({ i, data: ['a', i] });
