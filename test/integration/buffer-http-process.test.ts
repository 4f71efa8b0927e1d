import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request as tlsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { send, type Answer } from '../support/buffer-scene.js';
import { runCommand } from '../support/command.js';
import { bufferToken, startHttpBufferProcess, type RunningBuffer } from '../support/http-buffer.js';
import { kill9, startHoldingEngine } from '../support/holding-engine.js';
import { startHttpService, type HttpService, type ServiceOptions } from '../support/http-service.js';
import { openRaw } from '../support/raw-http.js';
import { tideover } from '../support/tideover.js';
import { until } from '../support/until.js';

interface Both {
  readonly service: HttpService;
  readonly buffer: RunningBuffer;
  readonly url: string;
}

async function start(flags: readonly string[] = [], options: ServiceOptions = {}): Promise<Both> {
  const service = await startHttpService(options);
  onTestFinished(() => service.close());
  const buffer = await startHttpBufferProcess([service.url], { flags });
  onTestFinished(() => buffer.kill());
  return { service, buffer, url: buffer.urls[0]! };
}

describe('the command', () => {
  const good = ['--listen', '127.0.0.1:0', '--upstream', 'http://127.0.0.1:1', '--admin', '127.0.0.1:0'];
  const without = (flag: string): string[] => good.filter((text, i) => text !== flag && good[i - 1] !== flag);
  const withValue = (flag: string, value: string): string[] =>
    good.map((text, i) => (good[i - 1] === flag ? value : text));

  test.each([
    ['no token', good, '', /TIDEOVER_BUFFER_TOKEN/],
    ['a short token', good, 'short', /8 characters/],
    ['no --listen', without('--listen'), bufferToken, /0 --listen and 1 --upstream/],
    [
      'nothing to forward',
      without('--listen').filter((text) => !/upstream|:1$/.test(text)),
      bufferToken,
      /--listen HOST:PORT/,
    ],
    ['no --admin', without('--admin'), bufferToken, /--admin/],
    ['an admin API on every address', withValue('--admin', '0.0.0.0:7070'), bufferToken, /127\.0\.0\.1/],
    ['an address without a port', withValue('--listen', 'localhost'), bufferToken, /HOST:PORT/],
    ['an upstream that is no URL', withValue('--upstream', '127.0.0.1:80'), bufferToken, /http:\/\/HOST:PORT/],
    ['an upstream with a path', withValue('--upstream', 'http://127.0.0.1:80/v2'), bufferToken, /without a path/],
    ['a certificate without its key', [...good, '--cert', '/nowhere'], bufferToken, /--key/],
    ['a certificate that is not there', [...good, '--cert', '/nowhere', '--key', '/nowhere'], bufferToken, /ENOENT/],
    ['a limit that is no number', [...good, '--max-held', '0'], bufferToken, /at least 1/],
    [
      'an address of another machine',
      withValue('--listen', '192.0.2.1:0'),
      bufferToken,
      /cannot listen on 192\.0\.2\.1/,
    ],
  ])('%s: usage error', async (_, args, token, text) => {
    const { code, stderr, stdout } = await tideover(['buffer', ...args], { TIDEOVER_BUFFER_TOKEN: token });
    expect(code).toBe(2);
    expect(stderr).toMatch(text);
    expect(stdout).toBe('');
  });

  test('a port that is taken: usage error', async () => {
    const service = await startHttpService();
    onTestFinished(() => service.close());
    const args = ['buffer', ...good, '--listen', `127.0.0.1:${service.port}`, '--upstream', 'http://127.0.0.1:1'];
    const { code, stderr } = await tideover(args, { TIDEOVER_BUFFER_TOKEN: bufferToken });
    expect(code).toBe(2);
    expect(stderr).toMatch(/cannot listen on .*EADDRINUSE/);
  });
});

describe('SIGTERM', () => {
  test('finishes what is in flight and what is held, takes nothing more, and ends with 0', async () => {
    const { service, buffer, url } = await start();
    service.delayMs = 300;
    const idle = await openRaw(buffer.ports[0]!);
    const inFlight = send(`${url}/in-flight`);
    await until(() => service.seen.length === 1);
    await buffer.ask('POST', '/hold');
    const held = [1, 2, 3].map((n) =>
      send(`${url}/held`, { method: 'POST', body: 'x', headers: { 'x-number': String(n) } }),
    );
    await until(async () => (await buffer.ask('GET', '/status')).body['held'] === 3);
    buffer.process.signal('SIGTERM');
    await buffer.process.event('buffer:stopping');
    expect((await Promise.all([inFlight, ...held])).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await buffer.process.ended).code).toBe(0);
    await expect(send(url)).rejects.toThrow(/ECONNREFUSED/);
    expect(service.executed.sort()).toEqual([1, 2, 3]);
    await idle.ended();
  });
});

describe('somebody dies', () => {
  test('the buffer, while it holds: clients see the connection break, nothing was executed', async () => {
    const { service, buffer, url } = await start();
    await buffer.ask('POST', '/hold');
    const held = Array.from({ length: 20 }, (_, i) =>
      send(url, { method: 'POST', body: 'x', headers: { 'x-number': String(i) } }),
    );
    const outcomes = Promise.allSettled(held);
    await until(async () => (await buffer.ask('GET', '/status')).body['held'] === 20);
    await buffer.kill();
    expect((await outcomes).map(({ status }) => status)).toEqual(held.map(() => 'rejected'));
    await delay(200);
    expect(service.executed).toEqual([]);
  });

  test('the buffer, while it releases: nothing is executed twice, and what was answered was executed', async () => {
    const { service, buffer, url } = await start();
    await buffer.ask('POST', '/hold');
    const answered: number[] = [];
    const calls = Array.from({ length: 100 }, (_, i) =>
      send(url, { method: 'POST', body: 'x', headers: { 'x-number': String(i) } }).then(({ status }) => {
        if (status === 200) answered.push(i);
      }),
    );
    const all = Promise.allSettled(calls);
    await until(async () => (await buffer.ask('GET', '/status')).body['held'] === 100);
    service.delayMs = 20;
    buffer.ask('POST', '/release', { window: 4 }).catch(() => undefined);
    await until(() => answered.length > 10);
    await buffer.kill();
    await all;
    expect(new Set(service.executed).size).toBe(service.executed.length);
    expect(answered.length).toBeLessThan(100);
    expect(answered.filter((n) => !service.executed.includes(n))).toEqual([]);
  });

  test('the engine, with -9 while it holds: the lease ends the hold, and everything is answered in order', async () => {
    const { service, buffer, url } = await start();
    const engine = await startHoldingEngine(buffer.admin, { TIDEOVER_BUFFER_TOKEN: bufferToken }, 600);
    const answers: Promise<Answer>[] = [];
    for (let i = 0; i < 20; i += 1) {
      answers.push(send(url, { method: 'POST', body: 'x', headers: { 'x-number': String(i) } }));
      await delay(5);
    }
    await delay(1_200); // longer than the lease: it is renewed
    expect(service.executed).toEqual([]);
    await kill9(engine);
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect([...service.executed].sort((a, b) => a - b)).toEqual(answers.map((_, i) => i));
    expect((await buffer.ask('GET', '/status')).body).toMatchObject({
      state: 'open',
      hold: { endedBy: 'lease', report: { held: 20, answered: 20, displacement: 0 } },
    });
  });

  test('the service, while requests are held for it: 503 with Retry-After, for none has been sent', async () => {
    const { service, buffer, url } = await start([], { host: '127.0.0.7' });
    await buffer.ask('POST', '/hold');
    const held = [1, 2, 3].map(() => send(url, { method: 'POST', body: 'x' }));
    await until(async () => (await buffer.ask('GET', '/status')).body['held'] === 3);
    await service.close();
    const { body } = await buffer.ask('POST', '/release');
    expect((await Promise.all(held)).map(({ status, headers }) => [status, headers['retry-after']])).toEqual(
      held.map(() => [503, '1']),
    );
    expect(body).toMatchObject({ report: { held: 3, answered: 0, rejected: 3 } });
  });

  test('the service, and the buffer hears of it together with its release: still nothing is sent to the dead', async () => {
    const { service, buffer, url } = await start([], { host: '127.0.0.8' });
    await buffer.ask('POST', '/hold');
    const held = [1, 2, 3].map(() => send(url, { method: 'POST', body: 'x' }));
    await until(async () => (await buffer.ask('GET', '/status')).body['held'] === 3);
    buffer.process.signal('SIGSTOP');
    await service.close();
    const release = buffer.ask('POST', '/release');
    await delay(200);
    buffer.process.signal('SIGCONT');
    expect((await release).body).toMatchObject({ report: { held: 3, answered: 0, rejected: 3 } });
    expect((await Promise.all(held)).map(({ status }) => status)).toEqual([503, 503, 503]);
  });
});

describe('TLS', () => {
  test('on both sides, and no service that cannot prove its name', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tideover-tls-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const [cert, key, otherCert] = ['cert.pem', 'key.pem', 'other.pem'].map((name) => join(folder, name));
    const make = (certificate: string, keyFile: string, name: string): Promise<string> =>
      runCommand('openssl', [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
        ...[
          '-subj',
          `/CN=${name}`,
          '-addext',
          `subjectAltName=${name === 'localhost' ? 'IP:127.0.0.1,DNS:localhost' : `DNS:${name}`}`,
        ],
        ...['-keyout', keyFile, '-out', certificate],
      ]);
    await make(cert!, key!, 'localhost');
    await make(otherCert!, join(folder, 'other-key.pem'), 'elsewhere.example');
    const tls = { cert: await readFile(cert!, 'utf8'), key: await readFile(key!, 'utf8') };
    const { service, buffer, url } = await start(['--cert', cert!, '--key', key!, '--upstream-ca', cert!], { tls });
    const ask = (host: string): Promise<number> =>
      new Promise((resolve, reject) => {
        tlsRequest(url, { ca: tls.cert, servername: 'localhost', headers: { host }, agent: false }, (response) => {
          response.resume().on('end', () => resolve(response.statusCode ?? 0));
        })
          .on('error', reject)
          .end();
      });
    let connections = 0;
    service.server.on('secureConnection', () => (connections += 1));
    for (const host of ['cloud.example', 'other.example', 'cloud.example']) expect(await ask(host)).toBe(200);
    expect(service.seen.map(({ headers }) => [headers.host, headers['x-forwarded-proto']])).toContainEqual([
      'cloud.example',
      'https',
    ]);
    expect(connections, 'whatever host they ask for').toBe(1);
    await buffer.ask('POST', '/hold');
    const held = ask('cloud.example');
    await until(async () => (await buffer.ask('GET', '/status')).body['held'] === 1);
    await buffer.ask('POST', '/release');
    expect(await held).toBe(200);

    const stranger = await startHttpBufferProcess([service.url], { flags: ['--upstream-ca', otherCert!] });
    onTestFinished(() => stranger.kill());
    expect((await send(stranger.urls[0]!)).status).toBe(503);
    expect(service.seen).toHaveLength(4);
  });
});
