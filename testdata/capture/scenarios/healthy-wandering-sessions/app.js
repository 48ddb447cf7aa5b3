'use strict';
// Sessions are opened and closed at random; their number wanders about a mean and comes back to it. No leak.

class Session {
  constructor(number) {
    this.number = number;
    this.basket = [{ article: number % 997, pieces: 1 + (number % 3) }];
    this.visited = [`/article/${number % 997}`];
  }
  visit(page) {
    this.visited.push(`/page/${page}`);
    if (this.visited.length > 6) this.visited.shift();
  }
}

// A generator with a fixed seed, so that every run wanders alike.
let state = 20260302;
function random() {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
}

const open = [];
const mean = 1200;

exports.iterate = (request) => {
  const arrives = random() < 0.5 + (mean - open.length) / 2000;
  if (arrives || open.length === 0) {
    open.push(new Session(request));
  } else {
    const at = Math.floor(random() * open.length);
    open[at] = open[open.length - 1];
    open.pop();
  }
  open[Math.floor(random() * open.length)].visit(request);
};
