import { EventEmitter } from 'node:events';

export class Connection extends EventEmitter {
  queries = 0;
  constructor(readonly name: string) {
    super();
    this.on('error', () => {
      this.queries = 0;
    });
  }
}

/** Twenty connections, lent and given back. */
export class ConnectionPool {
  private readonly idle: Connection[] = [];
  private readonly lent = new Set<Connection>();

  constructor(size: number) {
    for (let i = 0; i < size; i += 1) {
      this.idle.push(new Connection(`replica-${i}`));
    }
  }

  async use<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = this.idle.pop();
    if (!connection) {
      throw new Error('no connection is idle');
    }
    this.lent.add(connection);
    try {
      connection.queries += 1;
      return await work(connection);
    } finally {
      this.lent.delete(connection);
      this.idle.push(connection);
    }
  }
}
