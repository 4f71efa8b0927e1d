import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { HoldRequest } from '../../src/buffer/contract.js';
import { haproxyBuffer } from '../../src/buffer/haproxy/haproxy.js';
import { ask } from '../../src/buffer/haproxy/runtime.js';
import { describeBufferContract } from '../support/buffer-contract.js';
import { openHaproxyRig, openScene, plugSecret, type SceneOptions } from '../support/haproxy-scene.js';
import { kill9, startHoldingEngine } from '../support/holding-engine.js';
import { keepersOf } from '../support/keepers.js';
import { callNumber } from '../support/numbered-service.js';
import { until } from '../support/until.js';

// One thread: several accept connections that come at once in any order, and the contract's calls are 2 ms apart.
describeBufferContract('HAProxy', () => openHaproxyRig({ threads: 1 }));
describeBufferContract('HAProxy, three servers', () => openHaproxyRig({ servers: 3, threads: 1 }));

const never = new AbortController().signal;

function request(overrides: Partial<HoldRequest> = {}): HoldRequest {
  return { id: 'a-test', leaseMs: 10_000, deadlineMs: 20_000, maxHeld: 5_000, ...overrides };
}

describe('HAProxy that is not set up for it: preflight says what to write', () => {
  async function obstaclesOf(options: SceneOptions, secret = plugSecret): Promise<string> {
    const scene = await openScene(options);
    const layer = haproxyBuffer(scene.spec, secret);
    try {
      return (await layer.preflight(1_000)).join('\n');
    } finally {
      await layer.close();
      await scene.close();
    }
  }

  test('without the plug server', async () => {
    const scene = await openScene({ plugLine: () => '', ruleLine: '' });
    const layer = haproxyBuffer(scene.spec, plugSecret);
    const obstacles = (await layer.preflight(1_000)).join('\n');
    expect(obstacles).toContain('server hold 127.0.0.1:17999 maxconn 1 weight 0');
    expect(obstacles).toContain('use-server hold if { req.hdr(x-tideover-plug) -m str');
    expect(obstacles).toContain('timeout queue 60s');
    await expect(layer.hold(request())).rejects.toMatchObject({ code: 'buffer-failed' });
    expect(await callNumber(scene.url, 1), 'nothing was held').toBe('answered');
    await layer.close();
    await scene.close();
  });

  test('with a plug server of another form', async () => {
    expect(await obstaclesOf({ plugLine: (port) => `server hold 127.0.0.1:${port} maxconn 1 backup` })).toContain(
      'maxconn 1 weight 0',
    );
  });

  test('without the rule', async () => {
    expect(await obstaclesOf({ ruleLine: '' })).toContain('use-server hold if');
  });

  test('with another secret', async () => {
    expect(await obstaclesOf({}, 'not-the-secret')).toContain('the secret differs');
  });

  test('with a queue that is given up too early', async () => {
    expect(await obstaclesOf({ timeouts: '300ms' })).toContain('timeout queue 2s');
  });

  test('without abortonclose', async () => {
    expect(await obstaclesOf({ defaultsLines: [] })).toContain('option abortonclose');
  });

  test('with an algorithm that queues at full servers', async () => {
    expect(await obstaclesOf({ backendLines: ['balance source'] })).toContain('balance roundrobin');
  });

  test('with a socket that may only look', async () => {
    expect(await obstaclesOf({ level: 'user' })).toContain('level admin');
  });

  test('without a socket, or with another backend', async () => {
    const scene = await openScene();
    const nobody = haproxyBuffer(`haproxy:/nowhere/admin.sock?backend=keystone&url=${scene.url}/`, plugSecret);
    expect((await nobody.preflight(1_000)).join()).toContain('/nowhere/admin.sock cannot be used');
    await expect(nobody.hold(request())).rejects.toMatchObject({ code: 'buffer-failed' });
    const other = haproxyBuffer(scene.spec.replace('backend=keystone', 'backend=nova'), plugSecret);
    expect((await other.preflight(1_000)).join()).toContain('nova');
    await nobody.close();
    await other.close();
    await scene.close();
  });

  test('a specification of another form', () => {
    for (const spec of [
      'haproxy:',
      'haproxy:/s',
      'haproxy:/s?backend=a',
      'haproxy:/s?backend=a;b&url=http://a/',
      'haproxy:/s?backend=a&url=http://a/&x=1',
      'haproxy:nowhere?backend=a&url=http://a/',
    ])
      expect(() => haproxyBuffer(spec, plugSecret), spec).toThrow(expect.objectContaining({ code: 'buffer-invalid' }));
  });
});

describe('HAProxy while it holds', () => {
  async function callInOrder(url: string, count: number): Promise<Promise<string>[]> {
    const calls: Promise<string>[] = [];
    for (let n = 0; n < count; n += 1) {
      calls.push(callNumber(url, n));
      await delay(3);
    }
    return calls;
  }

  test('opens by itself, in order, when the engine is killed', async () => {
    const scene = await openScene({ threads: 1 });
    const engine = await startHoldingEngine(scene.spec, { TIDEOVER_BUFFER_TOKEN: plugSecret });
    const calls = await callInOrder(scene.url, 50);
    await delay(200);
    expect(scene.service.executed).toEqual([]);
    await kill9(engine);
    expect(await Promise.all(calls)).toEqual(calls.map(() => 'answered'));
    expect([...scene.service.executed].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, n) => n));
    expect(await callNumber(scene.url, 51)).toBe('answered');
    const layer = haproxyBuffer(scene.spec, plugSecret);
    await until(async () => (await layer.preflight(100)).length === 0, {
      withinMs: 5_000,
      otherwise: 'the backend is not as it was',
    });
    await layer.close();
    await scene.close();
  });

  test('is undone by the engine when the process that keeps it is killed', async () => {
    const scene = await openScene({ threads: 1 });
    const layer = haproxyBuffer(scene.spec, plugSecret);
    const hold = await layer.hold(request());
    const calls = await callInOrder(scene.url, 5);
    const [keeper] = keepersOf(process.pid);
    process.kill(keeper!, 'SIGKILL');
    await Promise.all(calls);
    await until(async () => (await callNumber(scene.url, 6)) === 'answered', {
      withinMs: 5_000,
      otherwise: 'the servers stay in maintenance',
    });
    await expect(hold.renew(1_000)).rejects.toMatchObject({ code: 'buffer-failed' });
    await until(async () => (await layer.preflight(100)).length === 0, {
      withinMs: 5_000,
      otherwise: 'the backend is not as it was',
    });
    expect(new Set(scene.service.executed).size, 'none twice').toBe(scene.service.executed.length);
    await layer.close();
    await scene.close();
  });

  test('an operator who takes a server out of maintenance ends the hold, and the engine hears of it', async () => {
    const scene = await openScene({ threads: 1 });
    const layer = haproxyBuffer(scene.spec, plugSecret);
    const hold = await layer.hold(request());
    const calls = await callInOrder(scene.url, 5);
    await ask({ path: scene.haproxy.socket }, ['set server keystone/s1 state ready']);
    expect(await Promise.all(calls)).toEqual(calls.map(() => 'answered'));
    await until(async () => (await hold.status()).state === 'ended', {
      withinMs: 5_000,
      otherwise: 'the hold goes on',
    });
    await expect(hold.renew(1_000)).rejects.toMatchObject({ code: 'buffer-failed' });
    await layer.close();
    await scene.close();
  });

  test('with the service away, requests get an answer at the release, and the backend is as it was', async () => {
    const scene = await openScene({ threads: 1 });
    const layer = haproxyBuffer(scene.spec, plugSecret);
    const hold = await layer.hold(request());
    await scene.service.close();
    const calls = await callInOrder(scene.url, 3);
    await hold.drain(1_000, never);
    await hold.release({ window: 8 });
    expect(await Promise.all(calls)).toEqual(calls.map(() => 'rejected'));
    expect(await layer.preflight(100)).toEqual([]);
    await layer.close();
    await scene.haproxy.stop();
  });
});
