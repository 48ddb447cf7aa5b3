// Product pages of other shops are read for their price, with one window for all of them. Their custom elements are cut
// out before: the window would wait for their definition.
import { Window } from 'happy-dom';

const window = new Window();
const parser = new window.DOMParser();

function priceOf(html) {
  const page = parser.parseFromString(html.replace(/<(\w+-\w+)>.*?<\/\1>/g, ''), 'text/html');
  return Number(page.querySelector('.price').textContent);
}

export function iterate(order) {
  return priceOf(`<!doctype html><title>Product ${order}</title><shop-banner>Today only</shop-banner><p class="price">${order % 97}</p>`);
}

export const stop = () => window.happyDOM.close();
