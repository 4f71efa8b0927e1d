import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { BufferLayer, Hold } from '../../src/buffer/contract.js';
import { rabbitmqBuffer } from '../../src/buffer/rabbitmq/rabbitmq.js';
import { startOslo, type OsloProgram } from '../support/oslo-messaging.js';
import { startRabbitmq, type Rabbitmq } from '../support/rabbitmq.js';
import { until } from '../support/until.js';

const request = { id: 'oslo', leaseMs: 40_000, deadlineMs: 55_000, maxHeld: 10_000 };

let broker: Rabbitmq;
let buffer: BufferLayer;
beforeAll(async () => {
  broker = await startRabbitmq();
  buffer = rabbitmqBuffer(
    `rabbitmq:amqp://admin@127.0.0.1:${broker.port}/%2F?exchange=nova&management=${broker.managementUrl}`,
    { TIDEOVER_RABBITMQ_PASSWORD: broker.password },
  );
});
afterAll(() => broker.stop());

async function start(name: 'server' | 'client'): Promise<OsloProgram> {
  const url = `rabbit://admin:${broker.password}@127.0.0.1:${broker.port}/`;
  const program = await startOslo(name, [url, 'nova', 'conductor']);
  onTestFinished(() => program.kill());
  return program;
}

/** Says it all, and waits until all of it is held. */
async function heldBy(hold: Hold, client: OsloProgram, texts: readonly string[]): Promise<void> {
  for (const text of texts) client.say(`${text.split('-')[0]!} ${text}`);
  await until(async () => (await hold.status()).held === texts.length);
}

const numbered = (kind: string, count: number): string[] => Array.from({ length: count }, (_, n) => `${kind}-${n}`);

test('calls and casts of the real oslo.messaging are held and done once, though the service restarts meanwhile', async () => {
  const [server, client] = [await start('server'), await start('client')];
  client.say('call before');
  await until(() => client.lines.length === 1);
  expect(await buffer.preflight(5_000)).toEqual([]);
  const hold = await buffer.hold(request);
  await hold.drain(5_000, new AbortController().signal);

  const calls = [...numbered('call', 40), ...numbered('host', 20)];
  const texts = [...calls, ...numbered('cast', 20), ...numbered('fanout', 10)];
  await heldBy(hold, client, texts);
  expect(server.lines).toEqual(['before']);
  server.kill();
  const next = await start('server');
  await delay(500);
  expect(next.lines).toEqual([]);

  expect(await hold.release({ window: 8 })).toMatchObject({ held: texts.length, rejected: 0, abandoned: 0 });
  await until(() => client.lines.length > calls.length && next.lines.length >= texts.length);
  await delay(300);
  expect(client.lines.slice(1).sort()).toEqual(calls.map((text) => `done ${text}`).sort());
  expect([...next.lines].sort()).toEqual([...texts].sort());
});

test('fanout casts of the real oslo.messaging reach each of two servers once', async () => {
  const [one, two, client] = [await start('server'), await start('server'), await start('client')];
  const hold = await buffer.hold(request);
  const texts = numbered('fanout', 15);
  await heldBy(hold, client, texts);
  expect([...one.lines, ...two.lines]).toEqual([]);
  await hold.release({ window: 8 });
  await until(() => one.lines.length >= texts.length && two.lines.length >= texts.length);
  await delay(300);
  for (const { lines } of [one, two]) expect([...lines].sort()).toEqual([...texts].sort());
});
