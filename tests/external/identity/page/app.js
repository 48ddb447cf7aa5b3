'use strict';
// A page with a little code of its own: rows come and go.
class Row {
  constructor(i) {
    this.element = document.createElement('div');
    this.element.textContent = `row ${i}`;
    this.element.addEventListener('click', () => this.element.remove());
  }
}
const rows = [];
function iterate(i) {
  const row = new Row(i);
  document.body.appendChild(row.element);
  if (rows[i % 200]) rows[i % 200].element.remove();
  rows[i % 200] = row;
}
window.iterate = iterate;
