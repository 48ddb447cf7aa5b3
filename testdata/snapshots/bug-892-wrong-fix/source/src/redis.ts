import { EventEmitter } from 'node:events';

/** A client without a server: keeps what it is told, so that a test needs no network and little heap. */
export class Redis extends EventEmitter {
  private readonly values = new Map<string, string>();
  private readonly patterns = new Set<string>();

  async psubscribe(pattern: string): Promise<void> {
    this.patterns.add(pattern);
  }

  async punsubscribe(): Promise<void> {
    this.patterns.clear();
  }

  async set(key: string, value: string, _unit: 'EX', _seconds: number): Promise<void> {
    this.values.set(key, value);
  }

  async ping(): Promise<string> {
    return 'PONG';
  }

  disconnect(): void {
    this.removeAllListeners();
  }
}
