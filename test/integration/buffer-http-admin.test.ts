import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { httpBuffer } from '../../src/buffer/http/client.js';
import type { BufferLayer } from '../../src/buffer/contract.js';
import { openScene, send } from '../support/buffer-scene.js';
import { freePort } from '../support/free-port.js';
import { bufferToken } from '../support/http-buffer.js';
import { until } from '../support/until.js';

function layerOf(url: string, token: string): BufferLayer {
  const layer = httpBuffer(url, token);
  onTestFinished(() => layer.close());
  return layer;
}

const authorization = `Bearer ${bufferToken}`;
const never = new AbortController().signal;

describe('the admin API', () => {
  test.each([
    ['no token', {}, 401, 'token-missing'],
    ['another scheme', { authorization: `Basic ${bufferToken}` }, 401, 'token-missing'],
    ['a wrong token', { authorization: 'Bearer wrong' }, 401, 'token-wrong'],
    ['a token that begins well', { authorization: `${authorization}x` }, 401, 'token-wrong'],
  ])('%s: %s', async (_, headers, status, code) => {
    const { buffer, ask } = await openScene();
    for (const path of ['/status', '/metrics', '/nowhere']) {
      const response = await fetch(`http://${buffer.admin}${path}`, { headers });
      expect(response.status).toBe(status);
      expect(await response.json()).toMatchObject({
        error: { code, hint: expect.stringContaining('TIDEOVER_BUFFER_TOKEN') as unknown },
      });
    }
    expect((await fetch(`http://${buffer.admin}/hold`, { method: 'POST', headers })).status).toBe(status);
    expect((await ask('GET', '/status')).body.state).toBe('open');
  });

  test.each([
    ['POST', '/hold', '{', 400, 'bad-json'],
    ['POST', '/hold', '[1]', 400, 'bad-json'],
    ['POST', '/hold', 'null', 400, 'bad-json'],
    ['POST', '/hold', '{"leaseMs":"long"}', 400, 'bad-request'],
    ['POST', '/hold', '{"leaseMs":-1}', 400, 'bad-request'],
    ['POST', '/hold', '{"deadlineMs":99999999}', 400, 'bad-request'],
    ['POST', '/hold', '{"id":"Ü ber"}', 400, 'bad-request'],
    ['POST', '/hold', `{"id":"${'x'.repeat(20_000)}"}`, 413, 'too-large'],
    ['POST', '/release', '{}', 409, 'not-held'],
    ['POST', '/renew', '{"leaseMs":1000}', 409, 'not-held'],
    ['POST', '/drain', '{}', 409, 'not-held'],
    ['POST', '/release', '{"id":"other"}', 409, 'not-held'],
    ['POST', '/release', '{"window":0}', 400, 'bad-request'],
    ['PUT', '/hold', '{}', 405, 'method-wrong'],
    ['POST', '/nothing', '{}', 404, 'not-found'],
  ])('%s %s %s: %d %s', async (method, path, body, status, code) => {
    const { buffer, ask } = await openScene();
    const response = await fetch(`http://${buffer.admin}${path}`, { method, body, headers: { authorization } });
    expect(response.status).toBe(status);
    const { error } = (await response.json()) as { error: Record<string, string> };
    expect(error['code']).toBe(code);
    expect(error['message']).toBeTruthy();
    expect(error['hint']).toBeTruthy();
    expect((await ask('GET', '/status')).body.state).toBe('open');
  });

  test('holds once, whoever asks', async () => {
    const { ask } = await openScene();
    expect((await ask('POST', '/hold', { id: 'first' })).status).toBe(200);
    expect(await ask('POST', '/hold', { id: 'second' })).toMatchObject({
      status: 409,
      body: { error: { code: 'already-held' } },
    });
    expect(await ask('POST', '/release', { id: 'second' })).toMatchObject({
      status: 409,
      body: { error: { code: 'not-held' } },
    });
    expect((await ask('GET', '/status')).body).toMatchObject({ state: 'holding', hold: { id: 'first' } });
    expect((await ask('POST', '/release', { id: 'first' })).body).toMatchObject({ state: 'ended', endedBy: 'release' });
    expect(await ask('POST', '/renew', { id: 'first', leaseMs: 1 })).toMatchObject({
      status: 409,
      body: { error: { code: 'hold-ended' } },
    });
  });

  test('tells its health without a token, and its metrics with it', async () => {
    const { buffer, ask, url } = await openScene();
    await send(url);
    await ask('POST', '/hold');
    const held = send(url);
    await until(async () => (await ask('GET', '/status')).body.held === 1);
    expect(await (await fetch(`http://${buffer.admin}/health`)).json()).toEqual({ status: 'ok', state: 'holding' });
    const text = await (await fetch(`http://${buffer.admin}/metrics`, { headers: { authorization } })).text();
    expect(text).toContain('# TYPE tideover_buffer_requests_held gauge\ntideover_buffer_requests_held 1\n');
    expect(text).toContain('\ntideover_buffer_state 1\n');
    expect(text).toContain('\ntideover_buffer_requests_total 1\n');
    await ask('POST', '/release');
    await held;
  });
});

describe('the engine’s adapter', () => {
  test.each(['7070', 'ftp://127.0.0.1:1', 'http://127.0.0.1:7070/path', 'http://user@127.0.0.1:7070'])(
    'takes no "%s" for an address',
    (url) => {
      expect(() => httpBuffer(url, bufferToken)).toThrow(expect.objectContaining({ code: 'buffer-invalid' }) as Error);
    },
  );

  test('asks for a token', () => {
    expect(() => httpBuffer('http://127.0.0.1:1', '')).toThrow(
      expect.objectContaining({ code: 'buffer-invalid' }) as Error,
    );
  });

  test('finds what is in the way before anything is held', async () => {
    const scene = await openScene({ maxWaitMs: 5_000 });
    const other = createServer((_, response) => response.end('hello'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void other.close());
    const stranger = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    const admin = `http://${scene.buffer.admin}`;
    const obstacles = async (url: string, token: string, holdMs = 1_000): Promise<string> =>
      (await layerOf(url, token).preflight(holdMs)).join('\n');
    expect(await obstacles(admin, bufferToken)).toBe('');
    expect(await obstacles(admin, 'wrong-token')).toMatch(/token is wrong\. .*TIDEOVER_BUFFER_TOKEN/);
    expect(await obstacles(`http://127.0.0.1:${await freePort()}`, bufferToken)).toMatch(
      /does not answer.*ECONNREFUSED/,
    );
    expect(await obstacles(stranger, bufferToken)).toMatch(/no tideover buffer/);
    expect(await obstacles(admin, bufferToken, 6_000)).toMatch(/no request wait longer than 5000 ms/);
    await scene.ask('POST', '/hold', { id: 'by-another' });
    expect(await obstacles(admin, bufferToken)).toMatch(/held already, by "by-another"/);
  });

  test('a hold that cannot be made is refused with nothing held', async () => {
    const { buffer, ask } = await openScene({ maxWaitMs: 5_000 });
    const request = { id: 'x', leaseMs: 1_000, deadlineMs: 6_000, maxHeld: 10 };
    await expect(layerOf(`http://${buffer.admin}`, bufferToken).hold(request)).rejects.toMatchObject({
      code: 'buffer-failed',
      hint: expect.stringContaining('--max-wait') as unknown,
    });
    await expect(
      layerOf(`http://${buffer.admin}`, 'wrong-token').hold({ ...request, deadlineMs: 1_000 }),
    ).rejects.toMatchObject({
      code: 'buffer-failed',
    });
    expect((await ask('GET', '/status')).body.state).toBe('open');
  });

  test('a drain ends with the signal, and the hold goes on', async () => {
    const { buffer, ask, service, url } = await openScene();
    const answer = service.answers.begin();
    const running = send(url);
    await until(() => service.seen.length === 1);
    const hold = await layerOf(`http://${buffer.admin}`, bufferToken).hold({
      id: 'x',
      leaseMs: 9_000,
      deadlineMs: 9_000,
      maxHeld: 10,
    });
    await expect(hold.drain(50, never)).rejects.toMatchObject({
      code: 'buffer-failed',
      facts: { kind: 'drain-expired', inFlight: 1 },
    });
    await expect(hold.drain(5_000, AbortSignal.timeout(50))).rejects.toThrow(/timeout/);
    expect(await hold.status()).toMatchObject({ state: 'holding', inFlight: 1, upgraded: 0 });
    answer();
    await running;
    await hold.release({ window: 8 });
    expect((await ask('GET', '/status')).body.state).toBe('open');
  });
});
