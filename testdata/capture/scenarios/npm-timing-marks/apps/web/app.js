'use strict';
// Each page is timed under a label of its own.
const marky = require('marky');

let slowest = 0;

function renderPage(request) {
  const label = `page ${request}`;
  marky.mark(label);
  const html = Array.from({ length: 40 }, (_, row) => `<li>${row * request}</li>`).join('');
  slowest = Math.max(slowest, marky.stop(label).duration);
  return html.length;
}

exports.iterate = renderPage;
