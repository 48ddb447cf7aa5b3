import { Topic, type Quote } from './topic';

const topics = ['AAA', 'BBB', 'CCC'].map((symbol) => new Topic(symbol));

class Watch {
  readonly seen: Quote[] = [];
  constructor(readonly client: string, readonly limit: number) {}

  attach(topic: Topic): () => void {
    return topic.subscribe((quote) => {
      if (quote.price > this.limit) this.seen.push(quote);
    });
  }
}

export function iterate(request: number): void {
  const topic = topics[request % topics.length];
  const detach = new Watch(`client-${request}`, request % 50).attach(topic);
  topic.publish({ symbol: topic.symbol, price: request % 100 });
  detach();
}
