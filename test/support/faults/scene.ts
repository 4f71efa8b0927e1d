import { randomBytes } from 'node:crypto';
import { createServer, type Server as HttpServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { startHttpBuffer, type HttpBuffer } from '../../../src/buffer/http/server.js';
import type { ConnectionSettings } from '../../../src/db/dsn.js';
import type { Session } from '../../../src/db/session.js';
import type { TestServer } from '../server.js';
import { tcpProxy, type TcpProxy } from '../tcp-proxy.js';
import { FaultEngine, type EngineTask } from './engine.js';

/** The engine's own account tells its sessions from those of the service. */
export const engineUser = 'tideover_engine';

const bufferToken = 'a-token-of-the-fault-tests';

/** Patient with a machine that runs more than this. */
const patience = { lockTimeoutMs: 2_000, cutoverDeadlineMs: 60_000 };

interface EngineChoices extends Pick<EngineTask, 'stopAt' | 'chunkTimeMs'> {
  /** It reaches the server through `proxy`. */
  readonly throughProxy: boolean;
}

/** Where one combination happens: a database, the way to its server, and a buffer before its service. */
export class FaultScene {
  readonly server: TestServer;
  readonly database: string;
  readonly proxy: TcpProxy;
  readonly #service: HttpServer;
  readonly #buffer: HttpBuffer;
  readonly #engines: FaultEngine[] = [];

  private constructor(server: TestServer, proxy: TcpProxy, service: HttpServer, buffer: HttpBuffer) {
    this.server = server;
    this.database = `td_${randomBytes(6).toString('hex')}`;
    this.proxy = proxy;
    this.#service = service;
    this.#buffer = buffer;
  }

  static async open(server: TestServer): Promise<FaultScene> {
    const service = createServer((_, response) => void response.end('here'));
    service.listen(0, '127.0.0.1');
    await once(service, 'listening');
    const buffer = await startHttpBuffer({
      routes: [
        {
          listen: { host: '127.0.0.1', port: 0 },
          upstream: new URL(`http://127.0.0.1:${(service.address() as AddressInfo).port}`),
        },
      ],
      admin: { host: '127.0.0.1', port: 0 },
      token: bufferToken,
    });
    const scene = new FaultScene(server, await tcpProxy(server), service, buffer);
    await scene.asRoot(async (root) => {
      await root.execute(`CREATE DATABASE ${scene.database}`);
      await root.execute(`CREATE USER IF NOT EXISTS ${engineUser}@'%'`);
      await root.execute(`GRANT ALL ON *.* TO ${engineUser}@'%' WITH GRANT OPTION`);
    });
    return scene;
  }

  /** As the service connects. */
  get settings(): ConnectionSettings {
    return this.server.settings(this.database);
  }

  /** An engine that does, or goes on with, the migration, and stops once at `stopAt`. */
  startEngine(alter: readonly string[], { stopAt, throughProxy, ...more }: EngineChoices): FaultEngine {
    const address = throughProxy ? { host: '127.0.0.1', port: this.proxy.port } : {};
    const engine = FaultEngine.start({
      ...patience,
      ...more,
      connection: this.server.settings(this.database, { user: engineUser, ...address }),
      alter,
      dropRetired: true,
      buffers: [`http://${this.#buffer.admin}`],
      bufferToken,
      stopAt,
    });
    this.#engines.push(engine);
    return engine;
  }

  /** Asks the service something, through the buffer: it answers at once when nothing is held. */
  async callService(): Promise<string> {
    return (await fetch(`http://${this.#buffer.routes[0]!.listen}/`)).text();
  }

  async asRoot<T>(work: (root: Session) => Promise<T>): Promise<T> {
    const root = await this.server.connect();
    try {
      return await work(root);
    } finally {
      await root.close();
    }
  }

  /** Ends every engine and removes what the combination has made. */
  async close(): Promise<void> {
    for (const engine of this.#engines) await engine.kill9();
    await this.proxy[Symbol.asyncDispose]();
    await this.#buffer.close(0);
    this.#service.closeAllConnections();
    this.#service.close();
    await this.asRoot(async (root) => {
      await root.execute('SET foreign_key_checks = 0');
      for (const suffix of ['', '__shadow', '__retired'])
        await root.execute(`DROP DATABASE IF EXISTS ${this.database}${suffix}`);
    });
  }
}
