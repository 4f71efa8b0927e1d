import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { CutoverChange } from '../../src/cutover/change.js';
import { completeCutover } from '../../src/cutover/complete.js';
import type { AttemptSessionIds, CutoverPoint } from '../../src/cutover/contract.js';
import { cutover } from '../../src/cutover/cutover.js';
import { readOutcome } from '../../src/cutover/outcome.js';
import { takeBackEnteringNames } from '../../src/cutover/take-back.js';
import { Server } from '../../src/db/server.js';
import type { Session } from '../../src/db/session.js';
import { engineAt } from '../support/cutover-engine.js';
import { at, CutoverScene, failureOf, options } from '../support/cutover-scene.js';
import type { TestServer } from '../support/server.js';
import { webOfAllKinds } from '../support/web-of-all-kinds.js';
import { WebService } from '../support/web-service.js';
import { copyingWeb, createWeb, violations } from '../support/web-tables.js';
import { until } from '../support/until.js';

const seed = 1;

let scene: CutoverScene;
let testServer: TestServer;
let server: Server;
let session: Session;

beforeAll(async () => {
  scene = await CutoverScene.open();
  ({ testServer, server, session } = scene);
});

afterAll(() => scene.close());

const asPlanned = { undone: [], wrong: [] };

/** The web, and a service that writes to it until the test has finished. */
async function underLoad(): Promise<{ change: CutoverChange; service: WebService }> {
  const change = await createWeb(session, webOfAllKinds);
  const service = new WebService(testServer, webOfAllKinds, seed);
  await service.start({ writers: 8, readers: 1 });
  onTestFinished(() => service.stop());
  await service.progress(100);
  return { change, service };
}

/** Everything but the tables' names, as text. */
const structure = async (): Promise<string> => {
  const tables = ['hub', 'own', 'tip', 'leaf', 'node', 'top', 'far'];
  const triggers = await session.query(
    "SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = 'app' ORDER BY 1",
  );
  const texts: string[] = [JSON.stringify(triggers)];
  for (const schema of ['app', 'app__shadow'])
    for (const table of tables) {
      const found = await session.query(`SHOW TABLES FROM ${schema} LIKE '${table}'`);
      if (found.length > 0)
        texts.push((await session.queryOne(`SHOW CREATE TABLE ${schema}.${table}`))['Create Table']!);
    }
  return texts.join('\n');
};

/** Every table is where it belongs, with its triggers and constraints, and nothing else is there. */
async function expectLive(change: CutoverChange): Promise<void> {
  expect(await readOutcome(session, change)).toBe('swapped');
  expect((await violations(session, webOfAllKinds)).filter((line) => !line.includes('orphans'))).toEqual([]);
  const triggers = await session.query(
    "SELECT EVENT_OBJECT_TABLE t, COUNT(*) n FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = 'app' GROUP BY 1 ORDER BY 1",
  );
  expect(triggers).toEqual([
    { t: 'hub', n: '3' },
    { t: 'own', n: '3' },
  ]);
  const tables = async (schema: string): Promise<string[]> =>
    (await session.query(`SHOW TABLES FROM ${schema}`)).map((row) => Object.values(row)[0]!);
  expect(await tables('app')).toEqual(['far', 'hub', 'leaf', 'log', 'made', 'node', 'own', 'tip', 'top']);
  expect(await tables('app__retired')).toEqual(['hub', 'old', 'own', 'tip']);
}

type Kind = 'lock' | 'swap' | 'probe' | 'control' | 'latches' | 'guards' | 'neighbours' | 'keepers' | 'rewirers';

/** The first one of several, and the last. */
const idsOf = (kind: Kind, ids: AttemptSessionIds): readonly number[] => {
  const found = ids[kind];
  return typeof found === 'number' ? [found] : [...new Set([found[0]!, found.at(-1)!])];
};

describe('a session of ours is killed before the RENAME has its last lock', () => {
  test.each<[Kind, CutoverPoint]>([
    ['neighbours', 'locked'],
    ['neighbours', 'guards-waiting'],
    ['neighbours', 'handed-over'],
    ['neighbours', 'last-table'],
    ['keepers', 'opened'],
    ['keepers', 'guards-waiting'],
    ['keepers', 'rename-sent'],
    ['keepers', 'last-table'],
    ['rewirers', 'locked'],
    ['rewirers', 'guards-waiting'],
    ['rewirers', 'handed-over'],
    ['rewirers', 'last-table'],
    ['guards', 'handed-over'],
    ['swap', 'guards-waiting'],
    ['swap', 'last-table'],
    ['latches', 'guards-waiting'],
    ['latches', 'handed-over'],
    ['latches', 'last-table'],
  ])('%s at %s: the source goes on as it was', async (kind, point) => {
    const { change, service } = await underLoad();
    const before = await structure();
    const reached = at(point, async (ids) => {
      for (const id of idsOf(kind, ids)) await scene.killed(id);
    });
    const error = await failureOf(cutover(server, change, copyingWeb(server, webOfAllKinds, { reached }), options));
    expect(error.code).toBe('cutover-failed');
    await service.progress(100);
    await service.stop();
    expect(await readOutcome(session, change)).toBe('not-swapped');
    expect(await structure()).toBe(before);
    expect(await service.audit(session)).toEqual([]);
    expect(Object.fromEntries(service.errors)).toEqual({});
  });
});

describe('a session of ours is killed after the RENAME', () => {
  test.each<[Kind, CutoverPoint]>([
    ['lock', 'renamed'],
    ['swap', 'renamed'],
    ['probe', 'renamed'],
    ['control', 'renamed'],
    ['latches', 'renamed'],
    ['guards', 'renamed'],
    ['neighbours', 'renamed'],
    ['keepers', 'renamed'],
    ['rewirers', 'renamed'],
    ['keepers', 'detached'],
    ['rewirers', 'detached'],
    ['probe', 'detached'],
    ['rewirers', 'rewiring'],
    ['keepers', 'rewiring'],
    ['rewirers', 'rewired'],
  ])('%s at %s: what is left is done all the same', async (kind, point) => {
    const change = await createWeb(session, webOfAllKinds);
    const reached = at(point, async (ids) => {
      for (const id of idsOf(kind, ids)) await scene.killed(id);
    });
    const { live } = await cutover(server, change, copyingWeb(server, webOfAllKinds, { reached }), options);
    expect(live.undone).toEqual([]);
    // Nobody wrote, so nobody missed a trigger; but that is not known.
    expect(live.wrong.filter((line) => !line.includes('was missing'))).toEqual([]);
    if (live.wrong.length > 0) expect(live.interruption).toBeDefined();
    await expectLive(change);
  });

  test('when all was done: nothing is told, for nothing was open early', async () => {
    const change = await createWeb(session, webOfAllKinds);
    const reached = at('rewired', async (ids) => {
      for (const id of [...ids.keepers, ...ids.rewirers]) await scene.killed(id);
    });
    const { live } = await cutover(server, change, copyingWeb(server, webOfAllKinds, { reached }), options);
    expect(live).toEqual(asPlanned);
  });

  test('under writers: what they could do meanwhile is told', async () => {
    const { change, service } = await underLoad();
    let others = 0;
    const reached = at('renamed', async (ids) => {
      for (const id of [...ids.keepers, ...ids.rewirers]) await session.execute(`KILL ${id}`);
      others = service.acknowledgements;
      await service.progress(50);
    });
    const { live } = await cutover(server, change, copyingWeb(server, webOfAllKinds, { reached }), options);
    expect(service.acknowledgements).toBeGreaterThan(others);
    await service.stop();
    expect(live.undone).toEqual([]);
    expect(live.wrong.join('; ')).toMatch(/the trigger hub_\w+ was missing/);
    expect(live.interruption).toBeDefined();
    const orphans = (await violations(session, webOfAllKinds)).filter((line) => line.includes('orphans'));
    for (const line of orphans) {
      const name = /CONSTRAINT `(\w+)`/.exec(line)![1]!;
      expect(live.wrong.join('; ')).toContain(`violate ${name}`);
    }
    await expectLive(change);
    // Every counter has what was acknowledged: only rows that hang on constraints may be wrong.
    expect((await service.audit(session)).filter((line) => line.includes('counted'))).toEqual([]);
  });
});

describe('the engine dies', () => {
  test.each<CutoverPoint>(['guards-waiting', 'handed-over', 'last-table'])(
    'at %s: the source is whole, the next cutover succeeds',
    async (point) => {
      const { change, service } = await underLoad();
      const before = await structure();
      await killed(point);
      await service.progress(100);
      expect(await readOutcome(session, change)).toBe('not-swapped');
      await server.withSession('a test', (ours) => takeBackEnteringNames(ours, change));
      expect(await structure()).toBe(before);
      const { live } = await cutover(server, change, copyingWeb(server, webOfAllKinds), { ...options, attempts: 10 });
      expect(live).toEqual(asPlanned);
      await service.progress(100);
      await service.stop();
      expect(await service.audit(session)).toEqual([]);
      await expectLive(change);
    },
  );

  test.each<CutoverPoint>(['renamed', 'detached', 'rewiring', 'rewired'])(
    'at %s: another one does what is left, once',
    async (point) => {
      const change = await createWeb(session, webOfAllKinds);
      await killed(point);
      // As it comes out of the journal.
      const journaled = JSON.parse(JSON.stringify(change)) as CutoverChange;
      const live = await completeCutover(server, journaled);
      expect(live.undone).toEqual([]);
      expect(live.wrong.filter((line) => !line.includes('was missing'))).toEqual([]);
      await expectLive(change);
      expect(await completeCutover(server, journaled)).toEqual(asPlanned);
    },
  );

  test('and who finishes it is kept from it for a while: it tries again', async () => {
    const change = await createWeb(session, webOfAllKinds);
    await killed('renamed');
    const holder = await scene.holder('SELECT * FROM app.leaf');
    const completed = completeCutover(server, change);
    await until(async () =>
      (await session.query('SHOW PROCESSLIST')).some((row) => row['Info']?.startsWith('LOCK TABLES') === true),
    );
    await holder.execute('COMMIT');
    expect((await completed).undone).toEqual([]);
    await expectLive(change);
  });
});

/** An engine that is killed there; resolves when the server has ended its statements. */
async function killed(point: CutoverPoint): Promise<void> {
  const engine = await engineAt(testServer, 'web', point, 10_000);
  engine.kill('SIGKILL');
  await once(engine, 'exit');
  await until(
    async () =>
      !(await session.query('SHOW FULL PROCESSLIST')).some((row) => /^(RENAME|ALTER|LOCK) /.test(row['Info'] ?? '')),
  );
}
