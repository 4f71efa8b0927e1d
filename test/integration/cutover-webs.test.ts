import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectionsNeeded } from '../../src/cutover/change.js';
import { allCutoverSafeties, type CutoverOptions, type CutoverSafeties } from '../../src/cutover/contract.js';
import { cutover } from '../../src/cutover/cutover.js';
import { readOutcome } from '../../src/cutover/outcome.js';
import { Server } from '../../src/db/server.js';
import type { Session } from '../../src/db/session.js';
import type { ReferentialAction } from '../../src/schema/foreign-keys.js';
import { startServer, type TestServer } from '../support/server.js';
import { randomWeb } from '../support/random-swap-web.js';
import { WebService } from '../support/web-service.js';
import { copyingWeb, createWeb, violations, type KeyShape, type Web, type WebKey } from '../support/web-tables.js';

/** How often the random webs are cut over, and from which seed on. */
const rounds = Number(process.env['CUTOVER_ROUNDS'] ?? '2');
const firstSeed = Number(process.env['CUTOVER_SEED'] ?? String(randomInt(2 ** 31)));

const options: CutoverOptions = {
  lockTimeoutMs: 1_000,
  deadlineMs: 10_000,
  attempts: 20,
  signal: new AbortController().signal,
  backoff: { minMs: 100, maxMs: 1_000 },
};

let testServer: TestServer;
let server: Server;
let session: Session;

beforeAll(async () => {
  testServer = await startServer();
  server = new Server(testServer.settings(''));
  session = await testServer.connect();
});

afterAll(async () => {
  await session.close();
  await testServer.stop();
});

/** A key named after its ends: `child>parent`. */
function key(
  ends: string,
  onDelete: ReferentialAction = 'CASCADE',
  shape: KeyShape = 'primary',
  name = `fk_${ends.replace('>', '_')}`,
): WebKey {
  const [child, parent] = ends.split('>') as [string, string];
  return { name, child, parent, shape, onDelete };
}

/** One cutover of the web in the middle of its writers, and what is wrong afterwards. */
async function handOver(web: Web, seed: number, safeties: CutoverSafeties = allCutoverSafeties) {
  const change = await createWeb(session, web);
  const service = new WebService(testServer, web, seed);
  await service.start({ writers: 16, readers: 2 });
  await service.progress(300);
  service.mark();
  const failures: string[] = [];
  const steps = copyingWeb(server, web, { failed: (_attempt, reason) => void failures.push(reason) });
  const report = await cutover(server, change, steps, options, safeties);
  // Who was stalled is counted once it has gone on.
  await service.progress(300);
  const longest = { writeMs: Math.round(service.longestMs), readMs: Math.round(service.longestReadMs) };
  await service.stop();
  const { '1213': victims, ...errors } = Object.fromEntries(service.errors);
  return {
    failures,
    figures: {
      attempts: report.attempts,
      stallMs: Math.round(report.writeStallMs),
      swapMs: Math.round(report.swapMs),
      ...longest,
      victims: victims?.count ?? 0,
      connections: connectionsNeeded(change),
    },
    live: report.live,
    outcome: await readOutcome(session, change),
    errors,
    wrong: await service.audit(session),
    violations: await violations(session, web),
    events: service.events,
  };
}

const right = {
  live: { undone: [], wrong: [] },
  outcome: 'swapped',
  errors: {},
  wrong: [],
  violations: [],
};

const webs: Readonly<Record<string, Web>> = {
  'a chain, all of it': { swapped: ['a', 'b', 'c'], stays: [], keys: [key('b>a'), key('c>b')] },
  'a chain, its middle': { swapped: ['b'], stays: ['a', 'c', 'd'], keys: [key('b>a'), key('c>b'), key('d>c')] },
  'a chain, its top': { swapped: ['a'], stays: ['b', 'c', 'd'], keys: [key('b>a'), key('c>b'), key('d>c')] },
  'a chain, every second table': {
    swapped: ['b', 'd'],
    stays: ['a', 'c', 'e', 'f'],
    keys: [key('b>a'), key('c>b'), key('d>c'), key('e>d'), key('f>e')],
  },
  'a star, its middle and some of its children': {
    swapped: ['hub', 's1', 's2'],
    stays: ['n1', 'n2', 'n3', 'n4'],
    keys: [
      key('s1>hub'),
      key('s2>hub', 'SET NULL'),
      key('n1>hub'),
      key('n2>hub', 'SET NULL'),
      key('n3>hub', 'RESTRICT'),
      key('n4>hub', 'NO ACTION'),
    ],
  },
  'a star around a table that stays': {
    swapped: ['s1', 's2', 's3', 's4'],
    stays: ['hub', 'n1'],
    keys: [
      key('s1>hub'),
      key('s2>hub', 'SET NULL'),
      key('s3>hub', 'RESTRICT'),
      key('s4>hub', 'NO ACTION'),
      key('n1>hub'),
    ],
  },
  'references to itself': {
    swapped: ['tree'],
    stays: ['leaf', 'root'],
    keys: [key('tree>tree'), key('leaf>tree', 'SET NULL'), key('tree>root')],
  },
  'a child that refers to itself stays': {
    swapped: ['root'],
    stays: ['tree', 'leaf'],
    keys: [key('tree>tree', 'SET NULL'), key('tree>root'), key('leaf>tree')],
  },
  'a cycle, half of it': {
    swapped: ['a', 'c'],
    stays: ['b', 'd'],
    keys: [key('a>b'), key('b>c', 'SET NULL'), key('c>d'), key('d>a', 'SET NULL')],
  },
  'children that refer to each other stay': {
    swapped: ['p', 'q'],
    stays: ['m', 'n', 'o'],
    keys: [
      key('m>p'),
      key('n>p', 'RESTRICT'),
      key('m>n'),
      key('n>m', 'SET NULL'),
      key('o>m'),
      key('q>m'),
      key('n>q', 'SET NULL'),
    ],
  },
  'composite keys, unique keys, several between the same tables': {
    swapped: ['p', 's'],
    stays: ['n', 'q'],
    keys: [
      key('n>p', 'CASCADE', 'composite', 'n_first'),
      key('n>p', 'SET NULL', 'unique', 'n_second'),
      key('s>p', 'CASCADE', 'composite', 's_first'),
      key('s>p', 'RESTRICT', 'primary', 's_second'),
      key('s>q', 'CASCADE', 'composite', 's_third'),
      key('s>q', 'SET NULL', 'unique', 's_fourth'),
    ],
  },
};

describe('every constraint holds, no write is lost', () => {
  test.each(Object.entries(webs))('%s', async (what, web) => {
    const { figures, failures, events: _, ...seen } = await handOver(web, firstSeed);
    console.log(`${what}, seed ${firstSeed}: ${JSON.stringify(figures)} ${failures.join('; ')}`);
    expect(seen).toEqual(right);
  });
});

describe('20 tables at random, 16 writers', () => {
  test.each(Array.from({ length: rounds }, (_, round) => firstSeed + round))('seed %i', async (seed) => {
    const { figures, failures, events: _, ...seen } = await handOver(randomWeb(20, seed), seed);
    console.log(`seed ${seed}: ${JSON.stringify(figures)} ${failures.join('; ')}`);
    expect(seen).toEqual(right);
  });
});
