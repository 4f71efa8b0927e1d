import { createHash, randomBytes } from 'node:crypto';
import { Agent } from 'node:http';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openScene, send } from '../support/buffer-scene.js';
import { freePort } from '../support/free-port.js';
import { openRaw } from '../support/raw-http.js';
import { until } from '../support/until.js';

/** A service that does `react` with each connection on which a request has come. */
async function rawService(react: (socket: import('node:net').Socket, request: string) => void): Promise<URL> {
  const server = createServer((socket) => {
    socket.on('data', (data) => react(socket, data.toString('latin1'))).on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return new URL(`http://127.0.0.1:${(server.address() as { port: number }).port}`);
}

const anywhere = { host: '127.0.0.1', port: 0 };

describe('an open buffer forwards', () => {
  test('method, path, query, status and body', async () => {
    const { url, service } = await openScene({
      handler: (request, response) => {
        request.resume();
        response.writeHead(418, 'Teapot of Ours', { 'x-own': ['a', 'b'] }).end('short and stout');
      },
    });
    const answer = await send(`${url}/v2.0/ports?name=a%20b&x=%2F`, { method: 'PROPFIND' });
    expect(answer.status).toBe(418);
    expect(answer.text).toBe('short and stout');
    expect(answer.headers['x-own']).toBe('a, b');
    expect(service.seen[0]).toMatchObject({ method: 'PROPFIND', url: '/v2.0/ports?name=a%20b&x=%2F' });
  });

  test('end-to-end fields as they are, without those of one connection', async () => {
    const { url, port, service } = await openScene();
    await send(`${url}/`, {
      headers: {
        Connection: 'close, X-Mine',
        'X-Mine': 'hop-by-hop by its own word',
        'Keep-Alive': 'timeout=3',
        'Proxy-Connection': 'keep-alive',
        TE: 'trailers, deflate',
        'X-Auth-Token': 'Secret',
        'X-Tideover-Pass': 'forged',
      },
    });
    const { headers, rawHeaders } = service.seen[0]!;
    expect(headers).toMatchObject({
      'x-auth-token': 'Secret',
      te: 'trailers',
      host: `127.0.0.1:${port}`,
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': `127.0.0.1:${port}`,
      connection: 'keep-alive',
    });
    expect(rawHeaders).toContain('X-Auth-Token');
    for (const name of ['x-mine', 'keep-alive', 'proxy-connection', 'x-tideover-pass'])
      expect(headers).not.toHaveProperty(name);
  });

  test('what an earlier proxy said of the client', async () => {
    const { url, service } = await openScene();
    await send(`${url}/`, {
      headers: { 'x-forwarded-for': '10.1.2.3', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'cloud.example' },
    });
    expect(service.seen[0]!.headers).toMatchObject({
      'x-forwarded-for': '10.1.2.3, 127.0.0.1',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'cloud.example',
    });
  });

  test('several requests on one connection', async () => {
    const { url, service } = await openScene();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => agent.destroy());
    for (let i = 0; i < 5; i += 1) expect((await send(`${url}/${i}`, { agent })).status).toBe(200);
    expect(service.seen).toHaveLength(5);
  });

  test('pipelined requests one after the other, answers in order', async () => {
    let running = 0;
    let most = 0;
    const { port, service } = await openScene({
      handler: (request, response) => {
        running += 1;
        most = Math.max(most, running);
        request.resume();
        setTimeout(
          () => {
            running -= 1;
            response.end(`answer to ${request.url ?? ''};`);
          },
          20 - Number(request.url!.slice(1)),
        );
      },
    });
    const client = await openRaw(port);
    const numbers = Array.from({ length: 20 }, (_, i) => i);
    client.write(
      numbers
        .map((i) =>
          i % 2 === 0
            ? `GET /${i} HTTP/1.1\r\nHost: a\r\n\r\n`
            : `POST /${i} HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc`,
        )
        .join(''),
    );
    const text = await client.received('answer to /19;');
    expect([...text.matchAll(/answer to \/(\d+);/g)].map((match) => Number(match[1]))).toEqual(numbers);
    expect(service.seen.map(({ url }) => url)).toEqual(numbers.map((i) => `/${i}`));
    expect(most).toBe(1);
    client.socket.destroy();
  });

  test('chunked bodies of unknown length, both ways', async () => {
    const { port } = await openScene({
      handler: (request, response) => {
        request.on('data', (chunk: Buffer) => response.write(`<${chunk.toString()}>`));
        request.on('end', () => response.end());
      },
    });
    const client = await openRaw(port);
    client.write('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n');
    await client.received('<abc>');
    client.write('4\r\ndefg\r\n0\r\n\r\n');
    const text = await client.received('\r\n0\r\n\r\n');
    expect(text).toMatch(/transfer-encoding: chunked/i);
    expect(text).toContain('<defg>');
    client.socket.destroy();
  });

  test('large bodies, both ways, byte for byte', async () => {
    const { url } = await openScene({ handler: (request, response) => void request.pipe(response) });
    const body = randomBytes(8_000_000);
    const echoed = await fetch(url, { method: 'PUT', body });
    const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
    expect(hash(new Uint8Array(await echoed.arrayBuffer()))).toBe(hash(body));
  });

  test('trailers of the answer', async () => {
    const { url } = await openScene({
      handler: (_, response) => {
        response.writeHead(200, { trailer: 'x-checksum' });
        response.write('body');
        response.addTrailers({ 'x-checksum': 'abc' });
        response.end();
      },
    });
    const answer = await send(url, { headers: { te: 'trailers' } });
    expect(answer.text).toBe('body');
    expect(answer.trailers).toEqual({ 'x-checksum': 'abc' });
  });

  test('Expect: 100-continue, and only then the body', async () => {
    const { port, service } = await openScene();
    const client = await openRaw(port);
    client.write('POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n');
    await client.received('HTTP/1.1 100 Continue');
    client.write('hello');
    expect(await client.received('"bytes":5')).toContain('HTTP/1.1 200 OK');
    expect(service.seen[0]!.headers).not.toHaveProperty('expect');
    client.socket.destroy();
  });

  test.each([
    ['HEAD', 200, '12'],
    ['GET', 204, undefined],
    ['GET', 304, undefined],
  ])('answers without a body: %s %d', async (method, status, length) => {
    const { url } = await openScene({
      handler: (_, response) =>
        void response.writeHead(status, length === undefined ? {} : { 'content-length': length }).end(),
    });
    const answer = await send(url, { method });
    expect(answer.status).toBe(status);
    expect(answer.headers['content-length']).toBe(length);
    expect(answer.text).toBe('');
  });

  test('an HTTP/1.0 client', async () => {
    const { port } = await openScene({
      handler: (_, response) => {
        response.write('some');
        response.end('thing');
      },
    });
    const client = await openRaw(port);
    client.write('GET / HTTP/1.0\r\n\r\n');
    expect(await client.ended()).toMatch(/\r\n\r\nsomething$/);
  });
});

describe('upgrades', () => {
  const accepted =
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n';
  const ask =
    'GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: k\r\n\r\n';

  test('are tunnelled, and counted apart', async () => {
    const upstream = await rawService(
      (socket, text) => void socket.write(/^GET/.test(text) ? accepted : text.toUpperCase()),
    );
    const scene = await openScene({ routes: [{ listen: anywhere, upstream }] });
    const client = await openRaw(scene.port);
    client.write(ask);
    expect(await client.received('\r\n\r\n')).toMatch(/^HTTP\/1.1 101 .*\r\n.*Upgrade: websocket/is);
    client.write('ping over the tunnel');
    await client.received('PING OVER THE TUNNEL');
    const { body } = await scene.ask('GET', '/status');
    expect(body).toMatchObject({ inFlight: 0, upgraded: 1 });
    expect((await scene.ask('POST', '/hold')).status).toBe(200);
    expect((await scene.ask('POST', '/drain', { timeoutMs: 500 })).body.drained).toBe(true);
    client.write('still through');
    await client.received('STILL THROUGH');
    client.socket.destroy();
    await until(async () => (await scene.ask('GET', '/status')).body.upgraded === 0);
  });

  test('that the service refuses get its answer', async () => {
    const { port, service } = await openScene({ handler: (_, response) => void response.writeHead(403).end('no') });
    const client = await openRaw(port);
    client.write(ask);
    expect(await client.ended()).toMatch(/^HTTP\/1.1 403 .*\r\nno\r\n/s);
    expect(service.seen[0]!.headers).toMatchObject({ upgrade: 'websocket', 'sec-websocket-key': 'k' });
  });

  test('to HTTP/2 are not offered: the request is served as it is', async () => {
    const { port, service } = await openScene();
    const client = await openRaw(port);
    client.write(
      'POST / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\nContent-Length: 5\r\n\r\nhello',
    );
    await client.received('"bytes":5');
    client.write('GET /next HTTP/1.1\r\nHost: a\r\n\r\n');
    await client.received('"url":"/next"');
    expect(service.seen.map(({ headers }) => headers.upgrade)).toEqual([undefined, undefined]);
    client.socket.destroy();
  });
});

describe('a service in trouble', () => {
  test('that does not listen: 503 with Retry-After, for nothing has been sent', async () => {
    const upstream = new URL(`http://127.0.0.1:${await freePort()}`);
    const { url } = await openScene({ routes: [{ listen: anywhere, upstream }] });
    const answer = await send(url, { method: 'POST', body: 'x' });
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toBe('1');
    expect(JSON.parse(answer.text)).toMatchObject({ error: { code: 'service-unreachable' } });
  });

  test.each(['GET', 'POST', 'PUT', 'DELETE'])('that breaks the connection gets a %s once: 502', async (method) => {
    let requests = 0;
    const upstream = await rawService((socket) => {
      requests += 1;
      socket.destroy();
    });
    const { url } = await openScene({ routes: [{ listen: anywhere, upstream }] });
    const answer = await send(url, {
      method,
      ...(method === 'GET' ? {} : { body: 'x', headers: { 'content-length': 1 } }),
    });
    expect(answer.status).toBe(502);
    expect(answer.headers).not.toHaveProperty('retry-after');
    await delay(200);
    expect(requests).toBe(1);
  });

  test('that breaks a connection which was kept alive does not get the request again', async () => {
    let requests = 0;
    const upstream = await rawService((socket, text) => {
      requests += 1;
      // The second request on this connection meets a service that is just closing it.
      if (text.includes('/second')) socket.destroy();
      else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    });
    const { url } = await openScene({ routes: [{ listen: anywhere, upstream }] });
    expect((await send(`${url}/first`)).status).toBe(200);
    expect((await send(`${url}/second`, { method: 'POST', body: 'x' })).status).toBe(502);
    await delay(200);
    expect(requests).toBe(2);
  });

  test('that breaks off its answer breaks the client’s', async () => {
    const upstream = await rawService((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf');
      setTimeout(() => socket.destroy(), 50);
    });
    const { url } = await openScene({ routes: [{ listen: anywhere, upstream }] });
    await expect(send(url)).rejects.toThrow(/aborted|hang up|ECONNRESET/);
  });

  test('that answers before it has read a large body: the client gets the answer', async () => {
    const upstream = await rawService((socket) => {
      socket.end('HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    });
    const { port } = await openScene({ routes: [{ listen: anywhere, upstream }] });
    const client = await openRaw(port);
    client.write(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n${'x'.repeat(1_000)}`);
    expect(await client.received('\r\n\r\n')).toMatch(/^HTTP\/1.1 413/);
    client.socket.destroy();
  });

  test.each([
    ['a path that cannot be', 'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['two hosts', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'],
  ])('%s: 400', async (_, text) => {
    const { port, service } = await openScene();
    const client = await openRaw(port);
    client.write(text);
    expect(await client.received('\r\n\r\n')).toMatch(/^HTTP\/1.1 400/);
    expect(service.seen).toEqual([]);
    client.socket.destroy();
  });
});

test('a client that leaves while its request is at the service: it counts as in flight until the service has answered', async () => {
  const scene = await openScene();
  scene.service.delayMs = 400;
  const leaving = new AbortController();
  const left = send(scene.url, { method: 'POST', body: 'x', signal: leaving.signal });
  await until(() => scene.service.seen.length === 1);
  leaving.abort();
  await expect(left).rejects.toThrow();
  await scene.ask('POST', '/hold');
  expect((await scene.ask('POST', '/drain', { timeoutMs: 100 })).body).toEqual({ drained: false, inFlight: 1 });
  expect((await scene.ask('POST', '/drain', { timeoutMs: 2_000 })).body).toEqual({ drained: true, inFlight: 0 });
});
