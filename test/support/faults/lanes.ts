import { startServer, type TestServer } from '../server.js';
import { committedStays, type Fault } from './faults.js';

/** Servers that combinations take in turns, one combination at a time: started when they are needed, stopped together. */
export class Lanes {
  readonly #idle: TestServer[] = [];
  readonly #all: TestServer[] = [];

  /** Does `work` on a server that is as the fault needs it. One on which `work` failed, or that is special, is not used again. */
  async on<T>({ serverArgs }: Pick<Fault, 'serverArgs'>, work: (server: TestServer) => Promise<T>): Promise<T> {
    const idle = serverArgs === undefined ? this.#idle.pop() : undefined;
    const server = idle ?? (await this.#start(serverArgs ?? committedStays));
    const result = await work(server);
    if (serverArgs === undefined) this.#idle.push(server);
    else await server.stop();
    return result;
  }

  async #start(args: readonly string[]): Promise<TestServer> {
    const server = await startServer({ args });
    this.#all.push(server);
    return server;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#all.map((server) => server.stop()));
  }
}
