import { CacheService } from './cache/cache.service';
import { ConnectionPool } from './pool/connection.pool';
import { Redis } from './redis';

const store = new Redis();
const subscriber = new Redis();
const pool = new ConnectionPool(20);
const cache = new CacheService(store, subscriber);

interface Profile {
  id: number;
  name: string;
  plan: string;
  note: string;
}

function profileOf(id: number, request: number): Profile {
  return { id, name: `customer ${id}`, plan: id % 3 ? 'basic' : 'team', note: `${request} `.repeat(60) };
}

export const ready = cache.start();

/** One request: a customer's profile, through the cache. Customers outnumber the cache's capacity. */
export async function iterate(request: number): Promise<void> {
  const customer = request % 48;
  await cache.read(`customer:${customer}`, () => pool.use(async () => profileOf(customer, request)));
}

export async function settle(): Promise<void> {
  await store.ping();
  await subscriber.ping();
}

export async function stop(): Promise<void> {
  await cache.close();
  store.disconnect();
  subscriber.disconnect();
}
