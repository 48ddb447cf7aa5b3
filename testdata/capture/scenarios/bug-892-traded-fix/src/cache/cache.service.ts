import type { Redis } from '../redis';

export interface CacheEntry<T> {
  key: string;
  value: T;
  storedAt: number;
  reads: number;
}

export type InvalidationHandler = (reason: string) => void;

/** Read-through cache in front of the database. Other instances publish a message when a key changes. */
export class CacheService {
  private readonly entries = new Map<string, CacheEntry<unknown>>();
  private readonly handlers = new Map<string, { event: string; handler: InvalidationHandler }>();
  private clock = 0;
  lastReason = '';

  constructor(
    private readonly store: Redis,
    private readonly subscriber: Redis,
    private readonly capacity = 32,
  ) {}

  /** Invalidation arrives as `invalidate:KEY` and is handed on as an event of the same name. */
  async start(): Promise<void> {
    await this.subscriber.psubscribe('invalidate:*');
    this.subscriber.on('pmessage', (_pattern: string, channel: string, reason: string) => {
      this.subscriber.emit(channel, reason);
    });
  }

  async read<T>(key: string, load: () => Promise<T>): Promise<T> {
    const cached = this.entries.get(key) as CacheEntry<T> | undefined;
    if (cached) {
      cached.reads += 1;
      return cached.value;
    }
    const entry: CacheEntry<T> = { key, value: await load(), storedAt: (this.clock += 1), reads: 0 };
    this.remember(entry);
    await this.store.set(key, JSON.stringify(entry.value), 'EX', 300);
    await this.watch(key, (reason) => {
      if (this.entries.get(key) === entry) {
        this.entries.delete(key);
        this.lastReason = reason;
      }
    });
    return entry.value;
  }

  /** Calls `handler` when somebody invalidates `key`. The listener before is taken off, its handler is remembered. */
  async watch(key: string, handler: InvalidationHandler): Promise<void> {
    const event = `invalidate:${key}`;
    this.subscriber.removeAllListeners(event);
    this.subscriber.on(event, handler);
    this.handlers.set(`${key}#${this.clock}`, { event, handler });
  }

  async close(): Promise<void> {
    this.entries.clear();
    await this.subscriber.punsubscribe();
  }

  private remember<T>(entry: CacheEntry<T>): void {
    this.entries.set(entry.key, entry);
    if (this.entries.size > this.capacity) {
      const oldest = this.entries.keys().next().value as string;
      this.entries.delete(oldest);
    }
  }
}
