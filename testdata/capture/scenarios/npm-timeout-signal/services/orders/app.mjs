// A worker asks for a quote within a time limit. One signal stops all of them when the process shuts down.
import pTimeout from 'p-timeout';

const shutdown = new AbortController();

async function quote(order) {
  return { order, price: order % 97, currency: 'EUR' };
}

export async function iterate(order) {
  const { price } = await pTimeout(quote(order), { milliseconds: 30_000, signal: shutdown.signal });
  return price;
}
