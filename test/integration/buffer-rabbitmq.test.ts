import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'amqplib';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Hold, HoldRequest } from '../../src/buffer/contract.js';
import { rabbitmqBuffer } from '../../src/buffer/rabbitmq/rabbitmq.js';
import { startHoldingEngine } from '../support/holding-engine.js';
import { keepersOf } from '../support/keepers.js';
import { startRabbitmq, type Rabbitmq } from '../support/rabbitmq.js';
import { RpcClient, RpcServer, type ServerOptions } from '../support/rpc.js';
import { until } from '../support/until.js';

const never = new AbortController().signal;
const request: HoldRequest = { id: 'test', leaseMs: 30_000, deadlineMs: 60_000, maxHeld: 10_000 };
const texts = (count: number, prefix = ''): string[] => Array.from({ length: count }, (_, n) => `${prefix}${n}`);

let broker: Rabbitmq;
let client: RpcClient;
beforeAll(async () => {
  broker = await startRabbitmq();
  client = await RpcClient.start(broker.url);
});
afterAll(async () => {
  // Either may be missing when it did not start.
  await (client as RpcClient | undefined)?.stop();
  await (broker as Rabbitmq | undefined)?.stop();
});

function specFor(exchange: string, more = ''): string {
  return `rabbitmq:amqp://admin@127.0.0.1:${broker.port}/%2F?exchange=${exchange}&management=${broker.managementUrl}${more}`;
}

function bufferFor(exchange: string, more = '', password = broker.password) {
  return rabbitmqBuffer(specFor(exchange, more), { TIDEOVER_RABBITMQ_PASSWORD: password });
}

async function serve(exchange: string, topic: string, options: ServerOptions = {}): Promise<RpcServer> {
  const server = await RpcServer.start(broker.url, exchange, topic, options);
  onTestFinished(() => server.stop());
  return server;
}

async function heldBy(hold: Hold, count: number): Promise<void> {
  await until(async () => (await hold.status()).held === count);
}

/** Bindings of an exchange as "destination key", and everything of ours on the broker. */
async function bindingsOf(exchange: string): Promise<string[]> {
  const bindings = (await broker.api('GET', `/exchanges/%2F/${exchange}/bindings/source`)) as {
    destination: string;
    routing_key: string;
  }[];
  return bindings.map(({ destination, routing_key }) => `${destination} ${routing_key}`).sort();
}

async function ours(): Promise<string[]> {
  const lists = await Promise.all(['exchanges', 'queues', 'policies'].map((kind) => broker.api('GET', `/${kind}/%2F`)));
  return (lists.flat() as { name: string }[]).map(({ name }) => name).filter((name) => name.startsWith('tideover'));
}

describe('a hold', () => {
  test('keeps 500 calls of a topic, a host and a fanout, each once and in order, and nobody else', async () => {
    const [one, other] = [await serve('nova', 'compute'), await serve('nova', 'compute', { host: 'host2' })];
    const neighbour = await serve('cinder', 'volume');
    const before = [await bindingsOf('nova'), await bindingsOf('compute_fanout')];
    const buffer = bufferFor('nova');
    expect(await buffer.preflight(5_000)).toEqual([]);
    const hold = await buffer.hold(request);
    await hold.drain(5_000, never);

    const calls = texts(500).map((text) => client.call('nova', 'compute', text));
    texts(50, 'h').forEach((text) => client.cast('nova', 'compute.host1', text));
    texts(50, 'f').forEach((text) => client.cast('compute_fanout', '', text));
    const answers = texts(20).map((text) => client.call('cinder', 'volume', text));
    expect(await Promise.all(answers)).toHaveLength(20);
    expect(neighbour.texts('topic')).toEqual(texts(20));
    await heldBy(hold, 600);
    expect([...one.executed, ...other.executed]).toEqual([]);

    const report = await hold.release({ window: 8 });
    expect(await Promise.all(calls)).toEqual(texts(500).map((text) => `done ${text}`));
    expect(report).toMatchObject({ held: 600, rejected: 0, abandoned: 0, displacement: 0 });
    // Two servers share the topic: each takes its part in order.
    const served = [one.texts('topic'), other.texts('topic')];
    for (const part of served) expect(part).toEqual([...part].sort((a, b) => Number(a) - Number(b)));
    expect(served.flat().sort((a, b) => Number(a) - Number(b))).toEqual(texts(500));
    await until(() => one.texts('fanout').length === 50 && other.texts('fanout').length === 50);
    expect([one.texts('fanout'), other.texts('fanout')]).toEqual([texts(50, 'f'), texts(50, 'f')]);
    expect([one.texts('host'), other.texts('host')]).toEqual([texts(50, 'h'), []]);
    expect([await bindingsOf('nova'), await bindingsOf('compute_fanout')]).toEqual(before);
    expect(await ours()).toEqual([]);
  });

  test('loses and doubles nothing while it begins and ends under load', async () => {
    const server = await serve('glance', 'image', { prefetch: 100 });
    let publishing = true;
    let published = 0;
    const publisher = (async () => {
      while (publishing) {
        client.cast('glance', 'image', String(published));
        client.cast('image_fanout', '', String(published));
        published += 1;
        await delay(2);
      }
    })();
    for (let round = 0; round < 3; round += 1) {
      await delay(200);
      const hold = await bufferFor('glance').hold(request);
      await until(async () => (await hold.status()).held! > 50);
      await hold.release({ window: 8 });
    }
    publishing = false;
    await publisher;
    await until(() => server.executed.length >= 2 * published);
    const byNumber = (a: string, b: string): number => Number(a) - Number(b);
    expect(server.texts('topic').sort(byNumber)).toEqual(texts(published));
    expect(server.texts('fanout').sort(byNumber)).toEqual(texts(published));
  });

  test('gives a message back as it was', async () => {
    const server = await serve('heat', 'engine');
    const hold = await bufferFor('heat').hold(request);
    const properties = {
      headers: { tenant: 'a', list: [1, 'two'] },
      contentType: 'application/json',
      contentEncoding: 'utf-8',
      priority: 3,
      messageId: 'm-1',
      deliveryMode: 2,
      expiration: '60000',
    };
    client.cast('heat', 'engine', '{"method":"x"}', properties);
    await heldBy(hold, 1);
    await delay(200);
    await hold.release({ window: 1 });
    await until(() => server.executed.length === 1);
    const { content, fields, properties: got } = server.executed[0]!.fields;
    expect(content.toString()).toBe('{"method":"x"}');
    expect(fields).toMatchObject({ exchange: 'heat', routingKey: 'engine' });
    const { expiration, ...others } = properties;
    expect(got).toMatchObject(others);
    expect(Object.keys(got.headers ?? {})).toEqual(['tenant', 'list']);
    expect(Number(got.expiration)).toBeLessThanOrEqual(Number(expiration) - 200);
    expect(Number(got.expiration)).toBeGreaterThan(50_000);
  });

  test('does not give a message that expired while it was held', async () => {
    const server = await serve('swift', 'object');
    const hold = await bufferFor('swift').hold(request);
    client.cast('swift', 'object', 'short', { expiration: '300' });
    client.cast('swift', 'object', 'long', { expiration: '30000' });
    await heldBy(hold, 2);
    await delay(500);
    expect(await hold.release({ window: 8 })).toMatchObject({ held: 2, abandoned: 1 });
    await until(() => server.executed.length > 0);
    await delay(200);
    expect(server.texts('topic')).toEqual(['long']);
  });

  test('lets answers through to calls that the service works on', async () => {
    const server = await serve('ironic', 'conductor');
    const answer = server.answers.begin();
    const call = client.call('ironic', 'conductor', 'early');
    await until(() => server.executed.length === 1);
    const hold = await bufferFor('ironic').hold(request);
    expect((await hold.status()).inFlight).toBe(1);
    await expect(hold.drain(100, never)).rejects.toMatchObject({ facts: { kind: 'drain-expired' } });
    answer();
    await hold.drain(10_000, never);
    expect(await call).toBe('done early');
    await hold.release({ window: 8 });
  });

  test('goes on when the service is restarted inside it', async () => {
    const first = await RpcServer.start(broker.url, 'neutron', 'plugin', { durable: true });
    const hold = await bufferFor('neutron').hold(request);
    const calls = texts(20).map((text) => client.call('neutron', 'plugin', text));
    await heldBy(hold, 20);
    await first.stop();
    const second = await serve('neutron', 'plugin', { durable: true });
    // It has bound its queues directly, which is seen and undone.
    await until(async () => (await bindingsOf('neutron')).every((binding) => !binding.startsWith('plugin')));
    calls.push(...texts(20, 'late-').map((text) => client.call('neutron', 'plugin', text)));
    await heldBy(hold, 40);
    await delay(300);
    expect([first, second].flatMap((server) => server.texts('topic'))).toEqual([]);
    await hold.release({ window: 8 });
    await Promise.all(calls);
    expect(second.texts('topic')).toEqual([...texts(20), ...texts(20, 'late-')]);
    expect(await ours()).toEqual([]);
  });

  test('holds the fanout for a server that starts inside it, too', async () => {
    const one = await serve('manila', 'share');
    const hold = await bufferFor('manila').hold(request);
    texts(5).forEach((text) => client.cast('share_fanout', '', text));
    await heldBy(hold, 5);
    const two = await serve('manila', 'share', { host: 'host2' });
    // It has bound its queues directly, which is seen and undone.
    await until(async () => (await bindingsOf('share_fanout')).every((binding) => binding.startsWith('tideover')));
    texts(5, 'late-').forEach((text) => client.cast('share_fanout', '', text));
    await heldBy(hold, 10);
    expect([...one.executed, ...two.executed]).toEqual([]);
    await hold.release({ window: 8 });
    await until(() => one.executed.length >= 10 && two.executed.length >= 10);
    await delay(200);
    for (const server of [one, two]) expect(server.texts('fanout')).toEqual([...texts(5), ...texts(5, 'late-')]);
    expect(await ours()).toEqual([]);
  });

  test('waits at its release for a service whose queues went with it', async () => {
    const server = await serve('aodh', 'evaluator');
    const hold = await bufferFor('aodh').hold(request);
    texts(10).forEach((text) => client.cast('aodh', 'evaluator', text));
    await heldBy(hold, 10);
    await server.stop();
    const admin = await connect(broker.url);
    const channel = await admin.createChannel();
    await channel.deleteQueue('evaluator');
    await channel.deleteQueue('evaluator.host1');
    await admin.close();
    const release = hold.release({ window: 8 });
    await delay(1_000);
    const next = await serve('aodh', 'evaluator');
    expect(await release).toMatchObject({ held: 10, rejected: 0 });
    await until(() => next.executed.length === 10);
    expect(next.texts('topic')).toEqual(texts(10));
  });

  test('ends when more messages come than it may keep, and none is lost', async () => {
    const server = await serve('trove', 'guest');
    const hold = await bufferFor('trove').hold({ ...request, maxHeld: 50 });
    texts(200).forEach((text) => client.cast('trove', 'guest', text));
    await until(() => server.executed.length === 200);
    expect(server.texts('topic')).toEqual(texts(200));
    await expect(hold.release({ window: 8 })).rejects.toThrow('more than 50 messages came');
    await expect(hold.renew(1_000)).rejects.toMatchObject({ code: 'buffer-failed' });
  });
});

describe('a death while holding', () => {
  test('of the engine with kill -9: everything is released in order', async () => {
    const server = await serve('zun', 'capsule');
    const engine = await startHoldingEngine(specFor('zun'), { TIDEOVER_RABBITMQ_PASSWORD: broker.password });
    const calls = texts(100).map((text) => client.call('zun', 'capsule', text));
    await delay(500);
    expect(server.executed).toEqual([]);
    engine.kill('SIGKILL');
    await Promise.all(calls);
    expect(server.texts('topic')).toEqual(texts(100));
    await until(async () => (await ours()).length === 0);
  });

  test('of the process that keeps the hold: the engine finishes it', async () => {
    const server = await serve('murano', 'agent');
    const hold = await bufferFor('murano').hold(request);
    const calls = texts(100).map((text) => client.call('murano', 'agent', text));
    await heldBy(hold, 100);
    const [pid] = keepersOf(process.pid);
    process.kill(pid!, 'SIGKILL');
    await Promise.all(calls);
    expect(server.texts('topic')).toEqual(texts(100));
    await expect(hold.renew(1_000)).rejects.toMatchObject({ code: 'buffer-failed' });
    expect(await ours()).toEqual([]);
  });

  test('of both: the next hold gives back what was left, and then holds', async () => {
    const server = await serve('senlin', 'profile');
    const adapter = rabbitmqBuffer(specFor('senlin'), { TIDEOVER_RABBITMQ_PASSWORD: broker.password });
    const engine = await startHoldingEngine(specFor('senlin'), { TIDEOVER_RABBITMQ_PASSWORD: broker.password }, 60_000);
    const keeper = keepersOf(engine.pid!);
    texts(30).forEach((text) => client.cast('senlin', 'profile', text));
    await delay(300);
    engine.kill('SIGSTOP'); // so that it does not see its child's death
    keeper.forEach((pid) => process.kill(pid, 'SIGKILL'));
    engine.kill('SIGKILL');
    await delay(300);
    expect(server.executed).toEqual([]);
    expect(await ours()).not.toEqual([]);
    expect(await adapter.preflight(1_000)).toEqual([]);
    const hold = await adapter.hold(request);
    await until(() => server.executed.length === 30);
    expect(server.texts('topic')).toEqual(texts(30));
    client.cast('senlin', 'profile', 'held');
    await heldBy(hold, 1);
    await hold.release({ window: 8 });
    await until(() => server.executed.length === 31);
    expect(await ours()).toEqual([]);
  });

  test('of the broker, which comes back: persistent messages are released in order', async () => {
    const server = await RpcServer.start(broker.url, 'magnum', 'cluster', { durable: true });
    const hold = await bufferFor('magnum').hold(request);
    texts(50).forEach((text) => client.cast('magnum', 'cluster', text, { deliveryMode: 2 }));
    await heldBy(hold, 50);
    await broker.restart();
    await server.stop();
    client = await RpcClient.start(broker.url);
    const next = await serve('magnum', 'cluster', { durable: true });
    await until(() => next.executed.length >= 50);
    expect(next.texts('topic')).toEqual(texts(50));
    await expect(hold.release({ window: 8 })).rejects.toThrow('the connection to the broker was lost');
    await until(async () => (await ours()).length === 0);
  });
});

describe('what stands in the way is said before anything is held', () => {
  test('a wrong password', async () => {
    const buffer = bufferFor('nova', '', 'wrong');
    expect((await buffer.preflight(1_000)).join()).toMatch(/ACCESS_REFUSED.*TIDEOVER_RABBITMQ_PASSWORD/);
    await expect(buffer.hold(request)).rejects.toMatchObject({ code: 'buffer-failed' });
  });

  test('a missing exchange', async () => {
    const buffer = bufferFor('nowhere');
    expect(await buffer.preflight(1_000)).toEqual([expect.stringMatching(/^there is no exchange nowhere/)]);
    await expect(buffer.hold(request)).rejects.toThrow('there is no exchange nowhere');
    expect(await ours()).toEqual([]);
  });

  test('a pattern that fits no queue, and a queue of others that gets the same messages', async () => {
    await serve('barbican', 'secret');
    expect(await bufferFor('barbican', '&queues=nothing').preflight(1_000)).toEqual([
      expect.stringMatching(/^no queue of the exchange barbican fits/),
    ]);
    const admin = await connect(broker.url);
    const channel = await admin.createChannel();
    const { queue } = await channel.assertQueue('', { autoDelete: true });
    await channel.bindQueue(queue, 'barbican', '#');
    const found = await bufferFor('barbican', '&queues=secret.*').preflight(1_000);
    await channel.deleteQueue(queue);
    await admin.close();
    expect(found).toEqual([expect.stringContaining('gets messages of the service too')]);
  });

  test('an account that may not set policies, and one without rights', async () => {
    await serve('barbican', 'secret');
    await broker.api('PUT', '/users/weak', { password: 'weak', tags: 'management' });
    await broker.api('PUT', '/permissions/%2F/weak', { configure: '^$', write: '^$', read: '.*' });
    const spec = specFor('barbican').replace('admin@', 'weak@');
    const found = await rabbitmqBuffer(spec, { TIDEOVER_RABBITMQ_PASSWORD: 'weak' }).preflight(1_000);
    expect(found).toEqual([expect.stringContaining('policymaker'), expect.stringContaining('lacks rights')]);
  });

  test('no broker, no management, and a hold that outlasts the callers', async () => {
    const nobody = specFor('nova').replace(`:${broker.port}/`, ':1/');
    expect(await rabbitmqBuffer(nobody, { TIDEOVER_RABBITMQ_PASSWORD: 'x' }).preflight(1_000)).toEqual([
      expect.stringContaining('ECONNREFUSED'),
    ]);
    const blind = specFor('nova').replace(broker.managementUrl, 'http://127.0.0.1:1');
    const found = await rabbitmqBuffer(blind, { TIDEOVER_RABBITMQ_PASSWORD: broker.password }).preflight(1_000);
    expect(found).toEqual([expect.stringContaining('rabbitmq_management')]);
    await serve('nova', 'compute');
    expect(await bufferFor('nova').preflight(61_000)).toEqual([expect.stringContaining('rpc_response_timeout')]);
  });
});
