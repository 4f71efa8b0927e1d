import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { Contact } from '../../src/db/contact.js';
import { Server } from '../../src/db/server.js';
import { Session } from '../../src/db/session.js';
import { openPool } from '../../src/journal/connection.js';
import { startServer, type TestServer } from '../support/server.js';
import { tcpProxy, type TcpProxy } from '../support/tcp-proxy.js';

let testServer: TestServer;

beforeAll(async () => {
  testServer = await startServer();
});

afterAll(() => testServer.stop());

async function behindProxy(): Promise<{ proxy: TcpProxy; server: Server }> {
  const proxy = await tcpProxy(testServer);
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  return { proxy, server: new Server({ ...testServer.settings(''), host: '127.0.0.1', port: proxy.port }) };
}

const failureOf = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

/** What it comes to, or how it fails, within 2 s. */
const fateOf = (promise: Promise<unknown>): Promise<unknown> =>
  Promise.race([failureOf(promise), delay(2_000, 'still waiting')]);

describe('a statement that gets no answer', () => {
  test('ends with its session, when that is cut', async () => {
    const { server } = await behindProxy();
    const session = await server.connect('a test');
    const asked = fateOf(session.query('SELECT SLEEP(60)'));
    session.destroy();
    expect(await asked).toMatchObject({ connectionLost: true });
    expect(session.isLost).toBe(true);
    await expect(session.query('SELECT 1')).rejects.toMatchObject({ connectionLost: true });
  });

  test('ends with the contact that asked, and does not keep it from closing', async () => {
    const { server } = await behindProxy();
    const contact = new Contact(server, 'a test');
    await contact.query('SELECT 1');
    const asked = fateOf(contact.query('SELECT SLEEP(60)'));
    contact.cut();
    expect(await asked).toMatchObject({ connectionLost: true });
    expect(await fateOf(contact.close())).toBe(undefined);
  });

  test('ends when the network is given up that fell silent', async () => {
    const { proxy, server } = await behindProxy();
    const session = await server.connect('a test');
    proxy.fallSilent();
    const asked = failureOf(session.query('SELECT 1'));
    await server.giveUpIfSilent();
    expect(await fateOf(asked)).toMatchObject({ connectionLost: true });
  });
});

test('a session that is still being set up when the network falls silent is given up, too', async () => {
  const { proxy, server } = await behindProxy();
  let failure!: Promise<unknown>;
  await new Promise<void>((silent) => {
    const opening = Session.open(server.connectionOptions, 'a test', ['SET @still = 1'], (socket) => {
      server.remember(socket);
      proxy.fallSilent();
      silent();
    });
    failure = failureOf(opening);
  });
  await server.giveUpIfSilent();
  expect(await fateOf(failure)).toMatchObject({ connectionLost: true });
});

test('a journal that was closed on a silent network is given up without a word', async () => {
  const { proxy, server } = await behindProxy();
  const pool = openPool(server);
  const client = pool.client as {
    acquireConnection(): Promise<{ readonly stream: Socket }>;
    releaseConnection(connection: unknown): Promise<void>;
  };
  const connection = await client.acquireConnection();
  await client.releaseConnection(connection);
  proxy.fallSilent();
  await pool.destroy();
  const broken = failureOf(once(connection.stream, 'close'));
  await server.giveUpIfSilent();
  // The error event that follows ends a process in which nobody hears it: vitest tells of it as an unhandled error.
  expect(await fateOf(broken)).toMatchObject({ message: 'the server gave no sign of life' });
});
