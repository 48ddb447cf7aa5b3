"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.ConnectionPool = exports.Connection = void 0;
const node_events_1 = require("node:events");
class Connection extends node_events_1.EventEmitter {
    name;
    queries = 0;
    constructor(name) {
        super();
        this.name = name;
        this.on('error', () => {
            this.queries = 0;
        });
    }
}
exports.Connection = Connection;
/** Twenty connections, lent and given back. */
class ConnectionPool {
    idle = [];
    lent = new Set();
    constructor(size) {
        for (let i = 0; i < size; i += 1) {
            this.idle.push(new Connection(`replica-${i}`));
        }
    }
    async use(work) {
        const connection = this.idle.pop();
        if (!connection) {
            throw new Error('no connection is idle');
        }
        this.lent.add(connection);
        try {
            connection.queries += 1;
            return await work(connection);
        }
        finally {
            this.lent.delete(connection);
            this.idle.push(connection);
        }
    }
}
exports.ConnectionPool = ConnectionPool;
//# sourceMappingURL=connection.pool.js.map