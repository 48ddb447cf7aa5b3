// Product pages of other shops are read for their price, with one window for all of them.
import { Window } from 'happy-dom';

const window = new Window();
const parser = new window.DOMParser();

function priceOf(html) {
  const page = parser.parseFromString(html, 'text/html');
  return Number(page.querySelector('.price').textContent);
}

export function iterate(order) {
  return priceOf(`<!doctype html><title>Product ${order}</title><shop-banner>Today only</shop-banner><p class="price">${order % 97}</p>`);
}

export const stop = () => window.happyDOM.close();
