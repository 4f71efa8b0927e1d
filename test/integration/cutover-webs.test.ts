import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { attemptConnections } from '../../src/cutover/sessions.js';
import { allCutoverSafeties, type CutoverOptions, type CutoverSafeties } from '../../src/cutover/contract.js';
import { cutover } from '../../src/cutover/cutover.js';
import { readOutcome } from '../../src/cutover/outcome.js';
import { Server } from '../../src/db/server.js';
import type { Row, Session } from '../../src/db/session.js';
import type { ReferentialAction } from '../../src/schema/foreign-keys.js';
import { startServer, type TestServer } from '../support/server.js';
import { logged, randomWeb } from '../support/random-swap-web.js';
import { WebService } from '../support/web-service.js';
import { copyingWeb, createWeb, violations, type KeyShape, type Web, type WebKey } from '../support/web-tables.js';

/** How often the random webs are cut over, and from which seed on. */
const rounds = Number(process.env['CUTOVER_ROUNDS'] ?? '1');
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
  onTestFinished(() => service.stop());
  await service.progress(300);
  service.mark();
  const failures: string[] = [];
  const steps = copyingWeb(server, web, { failed: (_attempt, reason) => void failures.push(reason) });
  const report = await cutover(server, change, steps, options, safeties);
  // Who was stalled is counted once it has gone on.
  await service.progress(300);
  const longest = { writeMs: Math.round(service.longestMs), readMs: Math.round(service.longestReadMs) };
  await service.stop();
  return {
    failures,
    figures: {
      attempts: report.attempts,
      stallMs: Math.round(report.writeStallMs),
      swapMs: Math.round(report.swapMs),
      ...longest,
      victims: service.victims,
      connections: attemptConnections(change),
    },
    live: report.live,
    outcome: await readOutcome(session, change),
    errors: Object.fromEntries(service.errors),
    wrong: await service.audit(session),
    violations: await violations(session, web),
    events: await missedEvents(service),
  };
}

/** Events of tables with triggers that the log has not, or not as often as the service was acknowledged, one line each. */
async function missedEvents(service: WebService): Promise<string[]> {
  const isLogged = await session.query("SHOW TABLES FROM app LIKE 'log'");
  if (isLogged.length === 0) return [];
  const triggered = await session.query(
    "SELECT DISTINCT EVENT_OBJECT_TABLE t FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = 'app'",
  );
  const rows = await session.query('SELECT what, COUNT(*) n FROM app.log GROUP BY what');
  const logged = new Map(rows.map((row) => [row['what']!, Number(row['n'])]));
  return triggered
    .flatMap(({ t }) => ['INSERT', 'UPDATE', 'DELETE'].map((event) => `${event} ${t}`))
    .filter((what) => (logged.get(what) ?? 0) !== (service.events.get(what) ?? 0))
    .map((what) => `${what}: logged ${logged.get(what) ?? 0}, acknowledged ${service.events.get(what) ?? 0}`);
}

const right = {
  live: { undone: [], wrong: [] },
  outcome: 'swapped',
  errors: {},
  wrong: [],
  violations: [],
  events: [],
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
    const { figures, failures, ...seen } = await handOver(web, firstSeed);
    console.log(`${what}, seed ${firstSeed}: ${JSON.stringify(figures)} ${failures.join('; ')}`);
    expect(seen).toEqual(right);
  });
});

const triggersNow = (): Promise<Row[]> =>
  session.query(
    `SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE, EVENT_MANIPULATION, ACTION_TIMING, ACTION_ORDER, ACTION_STATEMENT, DEFINER, SQL_MODE,
       CHARACTER_SET_CLIENT, COLLATION_CONNECTION, DATABASE_COLLATION
     FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = 'app' ORDER BY 1`,
  );

describe('triggers', () => {
  test.each<[string, Web]>([
    ['one table', { swapped: ['a'], stays: [], keys: [], statements: logged('a') }],
    [
      'parents and children, swapped and not',
      {
        swapped: ['a', 'b', 'd'],
        stays: ['c', 'e'],
        keys: [key('b>a'), key('c>b'), key('d>c', 'SET NULL'), key('e>d'), key('a>e', 'SET NULL')],
        statements: logged('a', 'b', 'c', 'd'),
      },
    ],
  ])('%s: no event is missed, none counted twice', async (what, web) => {
    const { figures, failures, ...seen } = await handOver(web, firstSeed);
    console.log(`triggers, ${what}, seed ${firstSeed}: ${JSON.stringify(figures)} ${failures.join('; ')}`);
    expect(seen).toEqual(right);
    expect(await session.query("SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_NAME LIKE '$%'")).toEqual(
      [],
    );
  });

  test('keep definer, order, modes and character sets', async () => {
    await session.execute("CREATE OR REPLACE USER 'a`b'@'10.%'");
    await session.execute("GRANT ALL ON *.* TO 'a`b'@'10.%'");
    const web: Web = {
      swapped: ['a'],
      stays: [],
      keys: [],
      statements: [
        'CREATE TRIGGER second BEFORE INSERT ON a FOR EACH ROW SET NEW.v = NEW.v * 10',
        "CREATE DEFINER = 'a`b'@'10.%' TRIGGER `FOR each ROW` BEFORE INSERT ON a FOR EACH ROW PRECEDES second SET NEW.v = NEW.v + 1",
        'CREATE TRIGGER fourth BEFORE INSERT ON a FOR EACH ROW BEGIN /* the last */ SET NEW.v = NEW.v + 3; END',
        'CREATE TRIGGER third BEFORE INSERT ON a FOR EACH ROW FOLLOWS `second` SET NEW.v = NEW.v * 10',
        "SET SESSION sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES', character_set_client = latin1, collation_connection = latin1_german1_ci",
        `CREATE TRIGGER "it's" AFTER UPDATE ON "a" FOR EACH ROW SET @said = 'a\'`,
        'SET SESSION sql_mode = DEFAULT',
        'SET NAMES utf8mb4',
        "CREATE TRIGGER `größe` AFTER UPDATE ON a FOR EACH ROW FOLLOWS `it's` SET @größer = 'ß'",
      ],
    };
    const change = await createWeb(session, web);
    const before = await triggersNow();
    const { live } = await cutover(server, change, copyingWeb(server, web), options);
    expect(live).toEqual({ undone: [], wrong: [] });
    expect(await triggersNow()).toEqual(before);
    expect(before).toHaveLength(6);
    await session.execute('INSERT INTO app.a (id, u, v) VALUES (100, 100, 1)');
    expect(await session.query('SELECT v FROM app.a WHERE id = 100')).toEqual([{ v: String((1 + 1) * 100 + 3) }]);
  });

  test('one that the new table does not bear ends the cutover before anything is locked', async () => {
    const web: Web = {
      swapped: ['a'],
      stays: [],
      keys: [],
      statements: ['CREATE TRIGGER tr BEFORE INSERT ON a FOR EACH ROW SET NEW.v = 1'],
    };
    const change = await createWeb(session, web);
    await session.execute('ALTER TABLE app__shadow.a DROP COLUMN v');
    const error: unknown = await cutover(server, change, copyingWeb(server, web), options).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: 'cutover-failed' });
    expect(String(error)).toContain("Unknown column 'v'");
    expect(await readOutcome(session, change)).toBe('not-swapped');
    expect(await session.query('SHOW TABLES FROM app__shadow')).toHaveLength(1);
  });
});

describe('tables that only move', () => {
  test('come and go with the others, in one step', async () => {
    const web: Web = {
      swapped: ['a'],
      stays: ['p', 'q'],
      created: ['made', 'more'],
      dropped: ['old', 'older'],
      keys: [
        key('a>p'),
        key('made>a'),
        key('made>p', 'RESTRICT'),
        key('more>made', 'SET NULL'),
        key('old>p', 'RESTRICT'),
        key('old>a', 'RESTRICT'),
        key('older>old'),
        key('old>q', 'RESTRICT'),
      ],
      statements: [
        'CREATE TABLE log (n BIGINT AUTO_INCREMENT PRIMARY KEY, what VARCHAR(40) NOT NULL)',
        "CREATE TRIGGER of_old AFTER INSERT ON old FOR EACH ROW INSERT INTO log (what) VALUES ('old')",
      ],
    };
    const { figures, failures, ...seen } = await handOver(web, firstSeed);
    console.log(`moves, seed ${firstSeed}: ${JSON.stringify(figures)} ${failures.join('; ')}`);
    expect(seen).toEqual(right);
    const tablesIn = async (schema: string): Promise<string[]> =>
      (await session.query(`SHOW TABLES FROM ${schema}`)).map((row) => Object.values(row)[0]!);
    expect(await tablesIn('app')).toEqual(['a', 'log', 'made', 'more', 'p', 'q']);
    expect(await tablesIn('app__retired')).toEqual(['a', 'old', 'older']);
    expect(await tablesIn('app__shadow')).toEqual([]);
    // A row of the retired tables keeps nobody from anything.
    await session.execute('INSERT INTO app__retired.old (id, u, v, fk_old_p) VALUES (100, 100, 0, 1)');
    await session.execute('DELETE FROM app.p WHERE id = 1');
  });

  test('need no lock when nobody can use them yet', async () => {
    const web: Web = { swapped: [], stays: [], created: ['made', 'more'], keys: [key('made>more')] };
    const change = await createWeb(session, web);
    expect(attemptConnections(change)).toBe(7);
    const { live } = await cutover(server, change, copyingWeb(server, web), options);
    expect(live).toEqual({ undone: [], wrong: [] });
    expect(await readOutcome(session, change)).toBe('swapped');
    expect(await violations(session, web)).toEqual([]);
  });
});

/** How many cutovers without one safety may pass before the model must have noticed. */
const mutationRounds = 10;

test('the model notices when nothing stays closed after the RENAME', async () => {
  const web: Web = {
    swapped: ['p'],
    stays: ['m', 'n', 'o'],
    keys: [key('m>p'), key('n>p', 'SET NULL'), key('o>p', 'RESTRICT')],
  };
  const noticed: string[] = [];
  for (let round = 0; round < mutationRounds && noticed.length === 0; round++) {
    const seen = await handOver(web, firstSeed + round, { ...allCutoverSafeties, closing: false });
    noticed.push(...seen.wrong, ...seen.violations, ...Object.keys(seen.errors));
    // What it did is told, too.
    if (seen.violations.length > 0) expect(seen.live.wrong).not.toEqual([]);
  }
  expect(noticed).not.toEqual([]);
});

describe('20 tables at random, 16 writers', () => {
  test.each(Array.from({ length: rounds }, (_, round) => firstSeed + round))('seed %i', async (seed) => {
    const { figures, failures, ...seen } = await handOver(randomWeb(20, seed), seed);
    console.log(`seed ${seed}: ${JSON.stringify(figures)} ${failures.join('; ')}`);
    expect(seen).toEqual(right);
  });
});
