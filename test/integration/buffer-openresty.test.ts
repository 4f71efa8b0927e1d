import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { HoldRequest } from '../../src/buffer/contract.js';
import { openrestyBuffer } from '../../src/buffer/openresty/openresty.js';
import { describeBufferContract } from '../support/buffer-contract.js';
import { freePort } from '../support/free-port.js';
import { startHaproxy } from '../support/haproxy.js';
import { kill9, startHoldingEngine } from '../support/holding-engine.js';
import { gateToken, type NginxScene, openNginxRig, openNginxScene } from '../support/nginx-scene.js';
import { callNumber } from '../support/numbered-service.js';

// One worker: several accept connections that come at once in any order, and the contract's calls are 2 ms apart.
describeBufferContract('nginx with lua', () => openNginxRig({ workers: 1 }));

const never = new AbortController().signal;

function request(overrides: Partial<HoldRequest> = {}): HoldRequest {
  return { id: 'a-test', leaseMs: 10_000, deadlineMs: 20_000, maxHeld: 5_000, ...overrides };
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n);
}

describe('the gate in nginx', () => {
  let scene: NginxScene;
  const layerOf = (token = gateToken) => openrestyBuffer(`openresty:${scene.admin}`, token);
  beforeAll(async () => {
    scene = await openNginxScene();
  });
  afterAll(() => scene.close());
  afterEach(() => {
    scene.service.executed.length = 0;
  });

  async function held(count: number): Promise<void> {
    const layer = layerOf();
    const end = Date.now() + 20_000;
    for (;;) {
      const answer = await admin('GET', '/status');
      if ((JSON.parse(answer.text) as { held: number }).held === count) break;
      if (Date.now() > end) throw new Error(`not ${count} held: ${answer.text}`);
      await delay(10);
    }
    await layer.close();
  }

  async function admin(method: string, path: string, token = gateToken): Promise<{ status: number; text: string }> {
    const answer = await fetch(`${scene.admin}${path}`, { method, headers: { authorization: `Bearer ${token}` } });
    return { status: answer.status, text: await answer.text() };
  }

  test('releases 2,000 requests, each once, none before the one ahead of it by more than the window', async () => {
    const layer = layerOf();
    const hold = await layer.hold(request());
    const calls: Promise<string>[] = [];
    for (const n of numbers(2_000)) {
      calls.push(callNumber(scene.url, n));
      if (n % 20 === 19) await delay(5);
    }
    await held(2_000);
    expect(scene.service.executed).toEqual([]);
    const report = await hold.release({ window: 8 });
    expect(await Promise.all(calls)).toEqual(calls.map(() => 'answered'));
    expect([...scene.service.executed].sort((a, b) => a - b)).toEqual(numbers(2_000));
    expect(report).toMatchObject({ held: 2_000, answered: 2_000, rejected: 0, abandoned: 0, displacement: 0 });
    await layer.close();
  });

  test('turns away what is more than the limit, with 503 and Retry-After', async () => {
    const layer = layerOf();
    const hold = await layer.hold(request({ maxHeld: 2 }));
    const calls = [callNumber(scene.url, 1), callNumber(scene.url, 2)];
    await held(2);
    const answer = await fetch(`${scene.url}/3`);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await hold.release({ window: 8 })).toMatchObject({ held: 2, rejected: 1 });
    expect(await Promise.all(calls)).toEqual(['answered', 'answered']);
    expect(scene.service.executed).not.toContain(3);
    await layer.close();
  });

  test('opens by itself, in order, when the engine is killed', async () => {
    const engine = await startHoldingEngine(`openresty:${scene.admin}`, { TIDEOVER_BUFFER_TOKEN: gateToken });
    const calls: Promise<string>[] = [];
    for (const n of numbers(50)) {
      calls.push(callNumber(scene.url, n));
      await delay(2);
    }
    await held(50);
    await kill9(engine);
    expect(scene.service.executed).toEqual([]);
    expect(await Promise.all(calls)).toEqual(calls.map(() => 'answered'));
    expect([...scene.service.executed].sort((a, b) => a - b)).toEqual(numbers(50));
    expect(await callNumber(scene.url, 51)).toBe('answered');
  });

  test('says what is wrong before anything is held', async () => {
    const wrong = layerOf('another-token-of-16');
    expect((await wrong.preflight(1_000)).join()).toContain('the bearer token is wrong');
    await expect(wrong.hold(request())).rejects.toMatchObject({ code: 'buffer-failed' });
    const nobody = openrestyBuffer(`openresty:http://127.0.0.1:${await freePort()}`, gateToken);
    expect((await nobody.preflight(1_000)).join()).toContain('lua_shared_dict tideover');
    const service = openrestyBuffer(`openresty:${scene.url}`, gateToken);
    expect((await service.preflight(1_000)).join()).toContain('is no tideover buffer');
    const long = layerOf();
    expect((await long.preflight(3_600_000)).join()).toContain('60000 ms');
    expect((await admin('POST', '/release')).status, 'a release without a hold').toBe(409);
    expect(await callNumber(scene.url, 1)).toBe('answered');
    await Promise.all([wrong, nobody, service, long].map((layer) => layer.close()));
  });

  test('refuses a specification of another form', () => {
    for (const spec of ['openresty:', 'openresty:127.0.0.1:80', 'openresty:ftp://a', 'openresty:http://a/b'])
      expect(() => openrestyBuffer(spec, gateToken), spec).toThrow(expect.objectContaining({ code: 'buffer-invalid' }));
  });

  test("understands Intermission's words, with a token", async () => {
    expect((await admin('GET', '/_intermission/enable', 'another-token-of-16')).status).toBe(401);
    expect(await admin('GET', '/_intermission/enable')).toEqual({ status: 200, text: 'Pause enabled.\n' });
    expect((await admin('GET', '/_intermission/enable')).status).toBe(304);
    const call = callNumber(scene.url, 1);
    await held(1);
    expect((await admin('GET', '/_intermission/status')).text).toBe('Pause enabled.\n');
    expect(await admin('GET', '/_intermission/disable')).toEqual({ status: 200, text: 'Pause disabled.\n' });
    expect(await call).toBe('answered');
    expect((await admin('GET', '/_intermission/disable')).status).toBe(304);
    expect((await admin('GET', '/_intermission/status')).text).toBe('Pause disabled.\n');
  });

  test('goes on when the service is away while it holds', async () => {
    const gone = await openNginxScene();
    const layer = openrestyBuffer(`openresty:${gone.admin}`, gateToken);
    const hold = await layer.hold(request());
    await gone.service.close();
    const call = callNumber(gone.url, 1);
    await delay(200);
    await hold.drain(1_000, never);
    await hold.release({ window: 8 });
    expect(await call, 'nginx says 502 once; it does not try again by itself').toBe('rejected');
    await layer.close();
    await gone.nginx.stop();
  });
});

describe("the talk's layout", () => {
  test('two services at the virtual address, HAProxy behind the gates, and X-Forwarded-For is right', async () => {
    const scenes = await Promise.all([openBehindHaproxy(), openBehindHaproxy()]);
    const layers = scenes.map((scene) => openrestyBuffer(`openresty:${scene.admin}`, gateToken));
    const holds = await Promise.all(layers.map((layer) => layer.hold(request())));
    const calls = scenes.flatMap((scene) => [callNumber(scene.url, 1), callNumber(scene.url, 2)]);
    await delay(300);
    for (const hold of holds) expect(await hold.status()).toMatchObject({ state: 'holding', held: 2, inFlight: 0 });
    for (const hold of holds) await hold.release({ window: 8 });
    expect(await Promise.all(calls)).toEqual(calls.map(() => 'answered'));
    for (const scene of scenes) {
      expect([...scene.service.executed].sort()).toEqual([1, 2]);
      expect(scene.service.forwardedFor, 'the client, then the gate').toEqual([
        '127.0.0.1, 127.0.0.1',
        '127.0.0.1, 127.0.0.1',
      ]);
    }
    await Promise.all(layers.map((layer) => layer.close()));
    await Promise.all(scenes.map((scene) => scene.close()));
  });
});

/** A gate in the role of VIP:5000, HAProxy in the role of :5050, a service. */
function openBehindHaproxy(): Promise<NginxScene> {
  return openNginxScene({
    upstream: async (service) => {
      const port = await freePort();
      const haproxy = await startHaproxy(
        [
          'defaults',
          '  mode http',
          '  timeout connect 5s',
          '  timeout client 60s',
          '  timeout server 60s',
          'listen keystone',
          `  bind 127.0.0.1:${port}`,
          '  http-request add-header X-Forwarded-For %[src]',
          `  server s1 127.0.0.1:${service.port}`,
        ].join('\n'),
      );
      return { port, close: () => haproxy.stop() };
    },
  });
}
