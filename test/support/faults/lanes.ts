import { startServer, type TestServer } from '../server.js';
import type { Fault } from './faults.js';

/** What a server has committed outlives its process, without the price of syncing to disk. */
const durableEnough = ['--innodb-flush-log-at-trx-commit=2', '--innodb-doublewrite=1'];

/** Servers that combinations take in turns, one combination at a time: started when they are needed, stopped together. */
export class Lanes {
  readonly #idle = new Map<string, TestServer[]>();
  readonly #all: TestServer[] = [];

  /** Does `work` on a server that is as the fault needs it. One on which something went wrong is not used again. */
  async on<T>({ serverArgs = [] }: Fault, work: (server: TestServer) => Promise<T>): Promise<T> {
    const kind = serverArgs.join(' ');
    const idle = this.#idle.get(kind) ?? [];
    this.#idle.set(kind, idle);
    const server = idle.pop() ?? (await this.#start(serverArgs));
    const result = await work(server);
    idle.push(server);
    return result;
  }

  async #start(args: readonly string[]): Promise<TestServer> {
    const server = await startServer({ args: [...durableEnough, ...args] });
    this.#all.push(server);
    return server;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#all.map((server) => server.stop()));
  }
}
