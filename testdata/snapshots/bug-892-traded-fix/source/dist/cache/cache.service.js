"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.CacheService = void 0;
/** Read-through cache in front of the database. Other instances publish a message when a key changes. */
class CacheService {
    store;
    subscriber;
    capacity;
    entries = new Map();
    handlers = new Map();
    clock = 0;
    lastReason = '';
    constructor(store, subscriber, capacity = 32) {
        this.store = store;
        this.subscriber = subscriber;
        this.capacity = capacity;
    }
    /** Invalidation arrives as `invalidate:KEY` and is handed on as an event of the same name. */
    async start() {
        await this.subscriber.psubscribe('invalidate:*');
        this.subscriber.on('pmessage', (_pattern, channel, reason) => {
            this.subscriber.emit(channel, reason);
        });
    }
    async read(key, load) {
        const cached = this.entries.get(key);
        if (cached) {
            cached.reads += 1;
            return cached.value;
        }
        const entry = { key, value: await load(), storedAt: (this.clock += 1), reads: 0 };
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
    async watch(key, handler) {
        const event = `invalidate:${key}`;
        this.subscriber.removeAllListeners(event);
        this.subscriber.on(event, handler);
        this.handlers.set(`${key}#${this.clock}`, { event, handler });
    }
    async close() {
        this.entries.clear();
        await this.subscriber.punsubscribe();
    }
    remember(entry) {
        this.entries.set(entry.key, entry);
        if (this.entries.size > this.capacity) {
            const oldest = this.entries.keys().next().value;
            this.entries.delete(oldest);
        }
    }
}
exports.CacheService = CacheService;
//# sourceMappingURL=cache.service.js.map