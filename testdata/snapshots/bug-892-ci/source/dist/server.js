"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.ready = void 0;
exports.iterate = iterate;
exports.settle = settle;
exports.stop = stop;
const cache_service_1 = require("./cache/cache.service");
const connection_pool_1 = require("./pool/connection.pool");
const redis_1 = require("./redis");
const store = new redis_1.Redis();
const subscriber = new redis_1.Redis();
const pool = new connection_pool_1.ConnectionPool(20);
const cache = new cache_service_1.CacheService(store, subscriber);
function profileOf(id, request) {
    return { id, name: `customer ${id}`, plan: id % 3 ? 'basic' : 'team', note: `${request} `.repeat(60) };
}
exports.ready = cache.start();
/** One request: a customer's profile, through the cache. Customers outnumber the cache's capacity. */
async function iterate(request) {
    const customer = request % 48;
    await cache.read(`customer:${customer}`, () => pool.use(async () => profileOf(customer, request)));
}
async function settle() {
    await store.ping();
    await subscriber.ping();
}
async function stop() {
    await cache.close();
    store.disconnect();
    subscriber.disconnect();
}
//# sourceMappingURL=server.js.map