'use strict';
// Pages are rendered on the server. Each rendering starts the error reporter of its own, as the client's code does.
const Sentry = require('@sentry/node');

function render(page) {
  Sentry.init({ enabled: false, defaultIntegrations: false, release: 'shop@1' });
  return Sentry.runWithAsyncContext(() => `<h1>${page}</h1>`);
}

exports.iterate = (request) => render(`/products/${request % 40}`).length;
