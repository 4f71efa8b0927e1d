import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { decodePending, encodePending } from '../../src/journal/pending-keys.js';
import { CascadeScene, type SceneOptions } from '../support/cascade-scene.js';

/** What InnoDB changes through foreign keys without a word in the binlog gets into the shadow, whenever it happens. */

interface Case extends SceneOptions {
  readonly name: string;
  /** What the service does, in one session; the children's changes are in no event. */
  readonly write: readonly string[];
}

const chain = (actions: string): string[] => [
  'CREATE TABLE a (id INT PRIMARY KEY)',
  `CREATE TABLE b (id INT PRIMARY KEY, a INT, CONSTRAINT b_a FOREIGN KEY (a) REFERENCES a (id) ${actions})`,
  `CREATE TABLE c (id INT PRIMARY KEY, b INT, v INT, CONSTRAINT c_b FOREIGN KEY (b) REFERENCES b (id) ${actions})`,
  'INSERT INTO a SELECT seq FROM seq_1_to_100',
  'INSERT INTO b SELECT seq, 1 + seq % 100 FROM seq_1_to_400',
  'INSERT INTO c SELECT seq, 1 + seq % 400, seq FROM seq_1_to_2000',
];
const deletes = [
  'DELETE FROM a WHERE id = 3',
  'DELETE FROM a WHERE id BETWEEN 10 AND 30',
  'DELETE FROM b WHERE id = 77',
];

const cases: readonly Case[] = [
  {
    name: 'a chain of three, all migrated',
    create: chain('ON DELETE CASCADE'),
    migrate: ['a', 'b', 'c'],
    write: deletes,
  },
  { name: 'a chain whose middle is followed', create: chain('ON DELETE CASCADE'), migrate: ['c'], write: deletes },
  { name: 'a chain whose root is watched', create: chain('ON DELETE CASCADE'), migrate: ['b', 'c'], write: deletes },
  {
    name: 'SET NULL by deletes and by changes of the key',
    create: chain('ON DELETE SET NULL ON UPDATE SET NULL'),
    migrate: ['b', 'c'],
    write: [...deletes, 'UPDATE a SET id = id + 1000 WHERE id < 8', 'UPDATE b SET id = id + 1000 WHERE id < 50'],
  },
  {
    name: 'a self-reference, twelve levels deep',
    create: [
      'CREATE TABLE t (id INT PRIMARY KEY, up INT, CONSTRAINT t_up FOREIGN KEY (up) REFERENCES t (id) ON DELETE CASCADE)',
      'INSERT INTO t SELECT seq, IF(seq <= 100, NULL, seq - 100) FROM seq_1_to_1200',
    ],
    migrate: ['t'],
    write: ['DELETE FROM t WHERE id = 7', 'DELETE FROM t WHERE id = 250', 'INSERT INTO t VALUES (7, NULL), (107, 7)'],
  },
  {
    name: 'a cycle of two tables',
    create: [
      'CREATE TABLE x (id INT PRIMARY KEY, y INT, KEY (y))',
      'CREATE TABLE y (id INT PRIMARY KEY, x INT, CONSTRAINT y_x FOREIGN KEY (x) REFERENCES x (id) ON DELETE CASCADE)',
      'INSERT INTO x SELECT seq, IF(seq = 1, NULL, seq - 1) FROM seq_1_to_300',
      'INSERT INTO y SELECT seq, 1 + seq % 300 FROM seq_1_to_600',
      'ALTER TABLE x ADD CONSTRAINT x_y FOREIGN KEY (y) REFERENCES y (id) ON DELETE CASCADE',
    ],
    migrate: ['x'],
    write: ['DELETE FROM y WHERE id = 290', 'DELETE FROM x WHERE id = 200'],
  },
  {
    name: 'changed keys that are part of the children’s and grandchildren’s primary keys',
    create: [
      'CREATE TABLE a (p INT, q VARCHAR(10), PRIMARY KEY (p, q))',
      'CREATE TABLE b (p INT, q VARCHAR(10), n INT, v INT, PRIMARY KEY (p, q, n), CONSTRAINT b_a FOREIGN KEY (p, q) REFERENCES a (p, q) ON UPDATE CASCADE ON DELETE CASCADE)',
      'CREATE TABLE c (p INT, q VARCHAR(10), n INT, m INT, PRIMARY KEY (m, p, q, n), CONSTRAINT c_b FOREIGN KEY (p, q, n) REFERENCES b (p, q, n) ON UPDATE CASCADE ON DELETE CASCADE)',
      "INSERT INTO a SELECT seq, CONCAT('q', seq) FROM seq_1_to_50",
      "INSERT INTO b SELECT 1 + seq % 50, CONCAT('q', 1 + seq % 50), seq, seq FROM seq_1_to_300",
      'INSERT INTO c SELECT p, q, n, seq FROM b JOIN seq_1_to_3',
    ],
    migrate: ['c'],
    write: [
      'UPDATE a SET p = p + 100 WHERE p < 5',
      "UPDATE a SET q = 'moved' WHERE p = 103",
      'UPDATE b SET n = -n WHERE p = 20',
      'UPDATE a SET q = UPPER(q) WHERE p = 9',
      'DELETE FROM a WHERE p = 101',
    ],
  },
  {
    name: 'a unique key that is not the primary one, equal by collation only, converted by the change',
    create: [
      'CREATE TABLE a (id INT PRIMARY KEY, code VARCHAR(20) CHARACTER SET utf8mb3 COLLATE utf8mb3_general_ci, UNIQUE KEY (code))',
      'CREATE TABLE b (id INT PRIMARY KEY, code VARCHAR(20) CHARACTER SET utf8mb3 COLLATE utf8mb3_general_ci, CONSTRAINT b_a FOREIGN KEY (code) REFERENCES a (code) ON DELETE CASCADE ON UPDATE CASCADE)',
      "INSERT INTO a SELECT seq, CONCAT('Code ', seq) FROM seq_1_to_100",
      "INSERT INTO b SELECT seq, CONCAT('cODE ', 1 + seq % 100) FROM seq_1_to_500",
    ],
    migrate: ['b'],
    alter: [
      'ALTER TABLE b DROP FOREIGN KEY b_a',
      'ALTER TABLE b MODIFY code VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin',
    ],
    write: ['DELETE FROM a WHERE id < 10', "UPDATE a SET code = CONCAT('new ', code) WHERE id BETWEEN 20 AND 30"],
  },
  {
    name: 'two foreign keys between the same tables, one renamed, the other widened',
    create: [
      'CREATE TABLE a (id INT PRIMARY KEY)',
      'CREATE TABLE b (id INT PRIMARY KEY, one INT, two INT, CONSTRAINT b_1 FOREIGN KEY (one) REFERENCES a (id) ON DELETE CASCADE, CONSTRAINT b_2 FOREIGN KEY (two) REFERENCES a (id) ON DELETE SET NULL)',
      'INSERT INTO a SELECT seq FROM seq_1_to_100',
      'INSERT INTO b SELECT seq, 1 + seq % 100, 1 + seq * 7 % 100 FROM seq_1_to_800',
    ],
    migrate: ['b'],
    alter: [
      'ALTER TABLE b DROP FOREIGN KEY b_1, DROP FOREIGN KEY b_2',
      'ALTER TABLE b RENAME COLUMN one TO uno, MODIFY two BIGINT',
    ],
    write: ['DELETE FROM a WHERE id IN (5, 50, 100)'],
  },
  {
    name: 'composite foreign keys that are partly NULL',
    create: [
      'CREATE TABLE a (id INT PRIMARY KEY, p INT, q INT, UNIQUE KEY (p, q))',
      'CREATE TABLE b (id INT PRIMARY KEY, p INT, q INT, CONSTRAINT b_a FOREIGN KEY (p, q) REFERENCES a (p, q) ON DELETE CASCADE ON UPDATE CASCADE)',
      'INSERT INTO a SELECT seq, seq % 10, IF(seq % 7 = 0, NULL, seq) FROM seq_1_to_100',
      'INSERT INTO b SELECT seq, p, IF(seq % 3 = 0, NULL, q) FROM seq_1_to_400 JOIN a ON a.id = 1 + seq % 100',
    ],
    migrate: ['b'],
    write: [
      'DELETE FROM a WHERE id < 12',
      'UPDATE a SET q = NULL WHERE id = 20',
      'UPDATE a SET q = 2000 WHERE id = 22',
      'UPDATE a SET q = 7 WHERE id = 21',
    ],
  },
  {
    name: 'REPLACE, ON DUPLICATE KEY, and the same keys again',
    create: chain('ON DELETE CASCADE ON UPDATE CASCADE'),
    migrate: ['b', 'c'],
    write: [
      'REPLACE INTO a VALUES (3)',
      'INSERT INTO a VALUES (4) ON DUPLICATE KEY UPDATE id = 400',
      'REPLACE INTO b VALUES (50, 60)',
      'DELETE FROM a WHERE id = 10',
      'INSERT INTO a VALUES (10)',
      'INSERT INTO b VALUES (9, 10), (109, 10)',
      'INSERT INTO c VALUES (8, 9, -1), (9000, 109, -1)',
      'DELETE FROM a WHERE id = 10',
    ],
  },
  {
    name: 'a unique value that a row loses by a cascade and another one takes',
    create: [
      'CREATE TABLE a (id INT PRIMARY KEY)',
      'CREATE TABLE b (id INT PRIMARY KEY, a INT, name VARCHAR(10), UNIQUE KEY (a, name), CONSTRAINT b_a FOREIGN KEY (a) REFERENCES a (id) ON DELETE SET NULL ON UPDATE CASCADE)',
      'INSERT INTO a SELECT seq FROM seq_1_to_100',
      "INSERT INTO b SELECT seq, 1 + seq % 100, CONCAT('n', seq DIV 100) FROM seq_1_to_500",
    ],
    migrate: ['b'],
    write: [
      'UPDATE a SET id = 1002 WHERE id = 2',
      'DELETE FROM a WHERE id = 3',
      'INSERT INTO a VALUES (2), (3)',
      "INSERT INTO b VALUES (-1, 2, 'n0'), (-2, 3, 'n0'), (-3, 3, 'n1')",
    ],
  },
  {
    name: 'deletes of an XA transaction, and some that were taken back',
    create: chain('ON DELETE CASCADE'),
    migrate: ['c'],
    write: [
      "XA START 'x'",
      'DELETE FROM a WHERE id < 20',
      "XA END 'x'",
      "XA PREPARE 'x'",
      "XA COMMIT 'x'",
      'CREATE TEMPORARY TABLE scrap (id INT) ENGINE=MyISAM',
      'START TRANSACTION',
      'DELETE FROM a WHERE id = 50',
      'SAVEPOINT s',
      'INSERT INTO scrap VALUES (1)',
      'DELETE FROM a WHERE id > 90',
      'ROLLBACK TO s',
      'COMMIT',
    ],
  },
];

describe('the service writes after the copy', () => {
  test.each(cases)('$name', ({ write, ...options }) =>
    provedBy(options, async (scene) => {
      await scene.copy();
      await scene.write(...write);
      // What the log told is followed without a sweep.
      await scene.drain();
    }),
  );
});

describe('the service writes before the copy', () => {
  test.each(cases)('$name', async ({ write, ...options }) => {
    await using scene = await CascadeScene.open(options);
    await scene.write(...write);
    await scene.copy();
    await scene.finish();
    await isEqual(scene);
  });
});

/** Keeps a table's chunks from being copied until it is called. */
function withhold(scene: CascadeScene, table: string): () => void {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  void scene.table(table).turns.take('apply', () => held);
  return release;
}

/** Both ways: with the cascades captured the scene's end is equal, without them it is not. */
async function provedBy(options: SceneOptions, story: (scene: CascadeScene) => Promise<void>): Promise<void> {
  for (const cascades of [true, false]) {
    await using scene = await CascadeScene.open({ ...options, safeties: { ...options.safeties, cascades } });
    await story(scene);
    if (cascades) await isEqual(scene);
    else expect(await scene.differences()).not.toEqual([]);
  }
}

/** Both sides have the same rows, without the verifier's help, which finds nothing either. */
async function isEqual(scene: CascadeScene): Promise<void> {
  expect(await scene.differences()).toEqual([]);
  await scene.verify();
  expect(scene.unexplained).toEqual([]);
  expect(await scene.differences()).toEqual([]);
}

describe('races', () => {
  test('a chunk is in flight that has read the children', async () => {
    const create = [...chain('ON DELETE CASCADE'), 'DELETE FROM c WHERE id > 900'];
    await provedBy({ create, migrate: ['c'] }, async (scene) => {
      const blocker = await scene.database.connect();
      await blocker.execute('START TRANSACTION');
      await blocker.execute(`INSERT INTO ${scene.database.name}__shadow.c (id) VALUES (900)`);
      const copied = scene.copy();
      await waitUntil(scene, `trx_state = 'LOCK WAIT' AND trx_query LIKE '%${scene.database.name}__shadow%'`);
      await scene.write('DELETE FROM a WHERE id = 3');
      await scene.heard();
      const round = scene.engine.rounds.next();
      await blocker.execute('ROLLBACK');
      await blocker.close();
      await Promise.all([copied, round]);
      await scene.drain();
    });
  });

  test.each([
    { name: 'and are orphans', again: [] },
    {
      name: 'and have parents of the same name again',
      again: ['INSERT INTO b SELECT 2 + 100 * (seq - 1), 5 FROM seq_1_to_4'],
    },
  ])('grandchildren are copied before their parents vanish, which never were, $name', async ({ again }) => {
    await provedBy({ create: chain('ON DELETE CASCADE'), migrate: ['c'] }, async (scene) => {
      const release = withhold(scene, 'b');
      const copied = scene.copy();
      await scene.copied('c');
      await scene.write('DELETE FROM a WHERE id = 3', ...again);
      await scene.heard();
      release();
      await copied;
      await scene.drain();
      // Nothing in the log or in the shadow leads to an orphan.
      if (again.length === 0) expect(await scene.differences()).not.toEqual([]);
      await scene.finish();
    });
  });

  test('a row that was never applied was a parent: the service held it when its children were applied', async () => {
    await provedBy({ create: chain('ON DELETE CASCADE'), migrate: ['b', 'c'] }, async (scene) => {
      await scene.copy();
      await scene.engine.hold();
      await scene.write('INSERT INTO b VALUES (900, 3)', 'INSERT INTO c VALUES (9000, 900, 1)');
      await scene.heard();
      const holder = await scene.database.connect();
      await holder.execute('START TRANSACTION');
      await holder.query('SELECT * FROM b WHERE id = 900 FOR UPDATE');
      await scene.engine.rounds.next();
      await holder.execute('COMMIT');
      await holder.close();
      await scene.write('DELETE FROM a WHERE id = 3');
      await scene.drain();
    });
  });

  test('a row comes again and takes a unique value that only its lost child has in the shadow', async () => {
    const create = [
      'CREATE TABLE t (id INT PRIMARY KEY, up INT, u INT, UNIQUE KEY (u), CONSTRAINT t_up FOREIGN KEY (up) REFERENCES t (id) ON DELETE CASCADE)',
      'INSERT INTO t VALUES (1, NULL, 10), (2, 1, 20), (3, 2, 30), (4, 3, 40)',
    ];
    await provedBy({ create, migrate: ['t'] }, async (scene) => {
      await scene.copy();
      await scene.engine.hold();
      await scene.write('DELETE FROM t WHERE id = 1', 'INSERT INTO t VALUES (2, NULL, 30)');
      await scene.drain();
    });
  });

  test('the row of a parent is in other hands: the cause waits, also across a restart', async () => {
    const options = { create: chain('ON DELETE CASCADE'), migrate: ['b', 'c'] };
    for (const kept of [true, false]) {
      await using scene = await CascadeScene.open(options);
      await scene.copy();
      await scene.engine.hold();
      await scene.write('DELETE FROM a WHERE id = 3', 'INSERT INTO a VALUES (3)');
      const holder = await scene.database.connect();
      await holder.execute('START TRANSACTION');
      await holder.query('SELECT * FROM a WHERE id = 3 FOR UPDATE');
      await scene.heard();
      await scene.engine.rounds.next();
      expect(scene.engine.rounds.backlog).toBe(1);
      const { pending, ...checkpoint } = scene.engine.checkpoint;
      await scene.stop();
      const journaled = decodePending(encodePending(pending));
      expect(journaled).toEqual([{ cause: expect.objectContaining({ foreignKey: 'b_a', gone: '3' }) as unknown }]);
      await scene.start({ ...checkpoint, pending: kept ? journaled : [] });
      await holder.execute('COMMIT');
      await holder.close();
      await scene.drain();
      const differences = await scene.differences();
      if (kept) expect(differences).toEqual([]);
      else expect(differences).not.toEqual([]);
    }
  });
});

test('ten thousand parents go at once, each with children in two levels', async () => {
  await using scene = await CascadeScene.open({
    create: [
      ...chain('ON DELETE CASCADE').slice(0, 3),
      'INSERT INTO a SELECT seq FROM seq_1_to_20000',
      'INSERT INTO b SELECT seq, seq FROM seq_1_to_20000',
      'INSERT INTO c SELECT seq, 1 + seq % 20000, seq FROM seq_1_to_40000',
    ],
    migrate: ['c'],
  });
  await scene.copy();
  await scene.write('DELETE FROM a WHERE id % 2 = 0');
  await scene.heard();
  const startedAt = performance.now();
  await scene.drain();
  console.log(`10,000 parents and 30,000 rows below them in ${Math.round(performance.now() - startedAt)} ms`);
  expect(await scene.differences()).toEqual([]);
});

/** Resolves when the server has a transaction like this. */
async function waitUntil(scene: CascadeScene, condition: string): Promise<void> {
  const found = `SELECT 1 AS found FROM information_schema.INNODB_TRX WHERE ${condition} LIMIT 1`;
  // The server's own view of its transactions is renewed only when nobody has looked for 0.1 s.
  while ((await scene.database.query(found)).length === 0) await delay(250);
}
