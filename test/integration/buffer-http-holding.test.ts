import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openScene, send, type Answer, type BufferScene } from '../support/buffer-scene.js';
import { freePort } from '../support/free-port.js';
import { startHttpService } from '../support/http-service.js';
import { openRaw } from '../support/raw-http.js';
import { until } from '../support/until.js';

const anywhere = { host: '127.0.0.1', port: 0 };

async function holding(scene: BufferScene, fields: object = {}): Promise<void> {
  expect(await scene.ask('POST', '/hold', fields)).toMatchObject({ status: 200, body: { state: 'holding' } });
}

const heldNow = async (scene: BufferScene): Promise<number> => (await scene.ask('GET', '/status')).body.held;

describe('while it holds', () => {
  test('a large body stays with its client, unread', async () => {
    const scene = await openScene();
    await holding(scene);
    const client = await openRaw(scene.port);
    const size = 64_000_000;
    client.write(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${size}\r\n\r\n`);
    const chunk = Buffer.alloc(1_000_000);
    for (let i = 0; i < size / chunk.length; i += 1) client.socket.write(chunk);
    await until(async () => (await heldNow(scene)) === 1);
    await delay(300);
    // What the kernel's buffers of both ends take has left; the rest has not.
    expect(client.socket.writableLength).toBeGreaterThan(size / 2);
    await scene.ask('POST', '/release');
    await client.received(`"bytes":${size}`);
    client.socket.destroy();
  });

  test('who expects 100-continue is not told to send', async () => {
    const scene = await openScene();
    await holding(scene);
    const client = await openRaw(scene.port);
    client.write('PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n');
    await until(async () => (await heldNow(scene)) === 1);
    await delay(100);
    expect(client.text()).toBe('');
    const released = scene.ask('POST', '/release');
    await client.received('100 Continue');
    client.write('hello');
    await client.received('"bytes":5');
    expect((await released).body.report).toMatchObject({ held: 1, answered: 1 });
    client.socket.destroy();
  });

  test('pipelined requests wait, and go in order', async () => {
    const scene = await openScene();
    await holding(scene);
    const client = await openRaw(scene.port);
    const numbers = Array.from({ length: 10 }, (_, i) => i);
    client.write(numbers.map((i) => `GET /${i} HTTP/1.1\r\nHost: a\r\nX-Number: ${i}\r\n\r\n`).join(''));
    await until(async () => (await heldNow(scene)) === 10);
    const { body } = await scene.ask('POST', '/release', { window: 8 });
    expect(body.report).toMatchObject({ held: 10, answered: 10, displacement: 0 });
    expect(scene.service.executed).toEqual(numbers);
    client.socket.destroy();
  });

  test('an upgrade waits like any request; who leaves does not get it', async () => {
    let upgrades = 0;
    const server = createServer((socket) => {
      socket.on('data', (data) => {
        const isRequest = data.toString().startsWith('GET');
        if (isRequest) upgrades += 1;
        socket.write(
          isRequest ? 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n' : data,
        );
      });
      socket.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const upstream = new URL(`http://127.0.0.1:${(server.address() as { port: number }).port}`);
    const scene = await openScene({ routes: [{ listen: anywhere, upstream }] });
    await holding(scene);
    const [stays, leaves] = [await openRaw(scene.port), await openRaw(scene.port)];
    for (const client of [stays, leaves])
      client.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    await until(async () => (await heldNow(scene)) === 2);
    leaves.socket.end();
    await until(async () => (await heldNow(scene)) === 1);
    expect(upgrades).toBe(0);
    const { body } = await scene.ask('POST', '/release');
    expect(body.report).toMatchObject({ held: 2, answered: 1, abandoned: 1 });
    stays.write('echo');
    await stays.received('echo');
    expect(upgrades).toBe(1);
    stays.socket.destroy();
  });

  test('all routes are held together, in one order', async () => {
    const [keystone, neutron] = [await startHttpService(), await startHttpService()];
    onTestFinished(async () => {
      await keystone.close();
      await neutron.close();
    });
    const scene = await openScene({
      routes: [keystone, neutron].map(({ url }) => ({ listen: anywhere, upstream: new URL(url) })),
    });
    await holding(scene);
    const answers: Promise<Answer>[] = [];
    for (let i = 0; i < 20; i += 1) {
      answers.push(send(`http://${scene.buffer.routes[i % 2]!.listen}/`, { headers: { 'x-number': String(i) } }));
      await until(async () => (await heldNow(scene)) === i + 1);
    }
    const { body } = await scene.ask('POST', '/release', { window: 1 });
    expect(body.report).toMatchObject({ held: 20, answered: 20, displacement: 0 });
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(neutron.executed).toEqual([1, 3, 5, 7, 9, 11, 13, 15, 17, 19]);
    expect(keystone.executed).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18]);
  });

  test('a client that leaves in the middle of its body has asked for nothing', async () => {
    const scene = await openScene();
    await holding(scene);
    const client = await openRaw(scene.port);
    client.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf');
    await until(async () => (await heldNow(scene)) === 1);
    client.socket.destroy();
    await until(async () => (await heldNow(scene)) === 0);
    expect((await scene.ask('POST', '/release')).body.report).toMatchObject({ held: 1, answered: 0, abandoned: 1 });
    expect(scene.service.seen).toEqual([]);
  });
});

describe('limits', () => {
  test('beyond the number that may wait: 503 with Retry-After', async () => {
    const scene = await openScene({ maxHeld: 3 });
    await holding(scene, { maxHeld: 1_000 });
    const held = [1, 2, 3].map((n) => send(scene.url, { headers: { 'x-number': String(n) } }));
    await until(async () => (await heldNow(scene)) === 3);
    const refused = await send(scene.url, { method: 'POST', body: 'x'.repeat(10) });
    expect(refused.status).toBe(503);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(JSON.parse(refused.text)).toMatchObject({ error: { code: 'held-full' } });
    const { body } = await scene.ask('POST', '/release');
    expect(body.report).toMatchObject({ held: 3, answered: 3, rejected: 1 });
    expect((await Promise.all(held)).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(scene.service.seen).toHaveLength(3);
  });

  test('a hold’s own number counts when it is smaller', async () => {
    const scene = await openScene();
    await holding(scene, { maxHeld: 1 });
    const held = send(scene.url);
    await until(async () => (await heldNow(scene)) === 1);
    expect((await send(scene.url)).status).toBe(503);
    await scene.ask('POST', '/release');
    expect((await held).status).toBe(200);
  });

  test('who would wait too long for a slow release: 503 with Retry-After, unsent', async () => {
    const scene = await openScene({ maxWaitMs: 800 });
    await holding(scene);
    const held = [1, 2].map((n) => send(scene.url, { headers: { 'x-number': String(n) } }));
    await until(async () => (await heldNow(scene)) === 2);
    scene.service.delayMs = 2_000;
    const { body } = await scene.ask('POST', '/release', { window: 1 });
    expect((await Promise.all(held)).map(({ status }) => status).sort()).toEqual([200, 503]);
    expect(body.report).toMatchObject({ held: 2, answered: 1, rejected: 1 });
    expect(scene.service.executed).toHaveLength(1);
  });
});

describe('a hold that nobody releases', () => {
  test.each([
    ['lease', { leaseMs: 300 }],
    ['deadline', { deadlineMs: 300 }],
  ])('ends by its %s, and what waits goes to the service in order', async (endedBy, fields) => {
    const scene = await openScene();
    await holding(scene, { id: 'mine', ...fields });
    const answers: Promise<Answer>[] = [];
    for (let i = 0; i < 10; i += 1) {
      answers.push(send(scene.url, { headers: { 'x-number': String(i) } }));
      await delay(5);
    }
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(answers.map(() => 200));
    // Eight are on their way at once, and the kernel gives them to the service in an order of its own, within those eight.
    expect([...scene.service.executed].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const { body } = await scene.ask('GET', '/status');
    expect(body).toMatchObject({
      state: 'open',
      hold: { id: 'mine', state: 'ended', endedBy, report: { held: 10, answered: 10, displacement: 0 } },
    });
    expect(await scene.ask('POST', '/release', { id: 'mine' })).toMatchObject({
      status: 409,
      body: { error: { code: 'hold-ended' } },
    });
  });

  test('ends by its deadline, with the service gone: 503 with Retry-After', async () => {
    const upstream = new URL(`http://127.0.0.1:${await freePort()}`);
    const scene = await openScene({ routes: [{ listen: anywhere, upstream }] });
    await holding(scene, { deadlineMs: 300 });
    const answer = await send(scene.url, { method: 'POST', body: 'x' });
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect((await scene.ask('GET', '/status')).body.hold?.report).toMatchObject({ held: 1, answered: 0, rejected: 1 });
  });
});

describe('a release', () => {
  test('waits for a service that is just starting: what nobody accepted is offered again', async () => {
    const port = await freePort();
    const scene = await openScene({ routes: [{ listen: anywhere, upstream: new URL(`http://127.0.0.1:${port}`) }] });
    await holding(scene);
    const answers: Promise<Answer>[] = [];
    for (let i = 0; i < 30; i += 1) {
      answers.push(send(scene.url, { method: 'POST', body: 'x', headers: { 'x-number': String(i) } }));
      await until(async () => (await heldNow(scene)) === i + 1);
    }
    const released = scene.ask('POST', '/release', { window: 4 });
    await delay(500);
    const service = await startHttpService({ port });
    onTestFinished(() => service.close());
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect((await released).body.report).toMatchObject({ held: 30, answered: 30, rejected: 0 });
    expect([...service.executed].sort((a, b) => a - b)).toEqual(answers.map((_, i) => i));
  });

  test('ends, though requests keep coming faster than its window lets them through', async () => {
    const scene = await openScene();
    scene.service.delayMs = 50;
    await holding(scene);
    const answers: Promise<Answer>[] = [];
    const coming = setInterval(() => answers.push(send(scene.url)), 5);
    onTestFinished(() => clearInterval(coming));
    await delay(300);
    // One at a time is 20 a second; 200 a second come.
    const { body } = await scene.ask('POST', '/release', { window: 2 });
    expect(body.report.displacement).toBe(0);
    expect(body.report.answered).toBe(body.report.held);
    clearInterval(coming);
    expect((await Promise.all(answers)).every(({ status }) => status === 200)).toBe(true);
    expect(scene.service.seen).toHaveLength(answers.length);
  });
});

describe('passes', () => {
  /** A service whose first endpoint calls itself through the buffer, with the pass it was given and after `pause`. */
  async function caller(pauseMs: number): Promise<BufferScene & { passes: string[] }> {
    const passes: string[] = [];
    const scene: BufferScene = await openScene({
      passes: 'own',
      handler: (request, response) => {
        const pass = String(request.headers['x-tideover-pass']);
        passes.push(pass);
        if (request.url === '/inner') {
          response.end('inner');
          return;
        }
        setTimeout(() => {
          void send(`${scene.url}/inner`, { headers: { 'x-tideover-pass': pass } }).then(({ text }) =>
            response.end(`outer with ${text}`),
          );
        }, pauseMs);
      },
    });
    return { ...scene, passes };
  }

  test('a call on behalf of a request that is in gets through a held gate, so that the drain ends', async () => {
    const scene = await caller(200);
    const outer = send(`${scene.url}/outer`);
    await until(() => scene.service.seen.length === 1);
    await holding(scene);
    expect((await scene.ask('POST', '/drain', { timeoutMs: 3_000 })).body.drained).toBe(true);
    expect((await outer).text).toBe('outer with inner');
    expect(scene.passes[1]).toBe(scene.passes[0]); // carried on, not a new one
    await scene.ask('POST', '/release');
  });

  test('a pass ends with its request, and is not taken when forged', async () => {
    const scene = await caller(0);
    expect((await send(`${scene.url}/outer`)).text).toBe('outer with inner');
    await holding(scene);
    const tries = [scene.passes[0]!, `${scene.passes[0]!}x`, 'a.b.c.d', ''].map((pass) =>
      send(`${scene.url}/inner`, { headers: { 'x-tideover-pass': pass } }),
    );
    await until(async () => (await heldNow(scene)) === 4);
    expect(scene.service.seen).toHaveLength(2);
    await scene.ask('POST', '/release');
    expect((await Promise.all(tries)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    // None of these reached the service: each got a pass of its own.
    expect(new Set(scene.passes.slice(2)).size).toBe(4);
    expect(scene.passes.slice(2)).not.toContain(scene.passes[0]);
  });
});
