'use strict';
// Each page is timed under a label of its own. The timeline is cleared after each hundred pages.
const marky = require('marky');

let slowest = 0;

function renderPage(request) {
  const label = `page ${request}`;
  marky.mark(label);
  const html = Array.from({ length: 40 }, (_, row) => `<li>${row * request}</li>`).join('');
  slowest = Math.max(slowest, marky.stop(label).duration);
  if (request % 100 === 99) marky.clear();
  return html.length;
}

exports.iterate = renderPage;
