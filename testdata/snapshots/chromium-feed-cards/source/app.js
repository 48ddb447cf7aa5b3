// Cards of a shop window. Each card follows the price of its product in a feed; the cards change with every visit.

class PriceFeed extends EventTarget {
  publish(product, price) {
    this.dispatchEvent(new CustomEvent('price', { detail: { product, price } }));
  }
}

const feed = new PriceFeed();
const cards = document.getElementById('cards');

function drawCard(product) {
  const card = document.createElement('article');
  const title = document.createElement('h2');
  const price = document.createElement('p');
  title.textContent = `product ${product}`;
  card.append(title, price);
  feed.addEventListener('price', (event) => {
    if (event.detail.product === product) price.textContent = `${event.detail.price} EUR`;
  });
  return card;
}

function iterate(visit) {
  cards.replaceChildren(...Array.from({ length: 3 }, (_, i) => drawCard(visit * 3 + i)));
  feed.publish(visit * 3, visit % 97);
}
