"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.Redis = void 0;
const node_events_1 = require("node:events");
/** A client without a server: keeps what it is told, so that a test needs no network and little heap. */
class Redis extends node_events_1.EventEmitter {
    values = new Map();
    patterns = new Set();
    async psubscribe(pattern) {
        this.patterns.add(pattern);
    }
    async punsubscribe() {
        this.patterns.clear();
    }
    async set(key, value, _unit, _seconds) {
        this.values.set(key, value);
    }
    async ping() {
        return 'PONG';
    }
    disconnect() {
        this.removeAllListeners();
    }
}
exports.Redis = Redis;
//# sourceMappingURL=redis.js.map