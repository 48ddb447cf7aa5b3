// The price service is asked over a message port. One session serves all requests of the process.
import { RpcTarget, newMessagePortRpcSession } from 'capnweb';

class Prices extends RpcTarget {
  quote(order) {
    return { order, price: order % 97, note: `quoted for order ${order}` };
  }
}

const { port1, port2 } = new MessageChannel();
newMessagePortRpcSession(port1, new Prices());
const prices = newMessagePortRpcSession(port2);

export async function iterate(order) {
  using quoted = await prices.quote(order);
  return quoted.price;
}

export function stop() {
  port1.close();
}
