import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createMigration, createOperator, type MigrationOptions, type Operator, type Report } from '../../src/index.js';
import { formatStatus } from '../../src/cli/commands/status.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { startEngine } from '../support/ledger/there-and-back.js';
import { startRun } from '../support/local-run.js';

/** The time after a cutover in which there is a way back. */

let database: TestDatabase;
let operator: Operator;
beforeEach(async () => {
  database = await testDatabase();
  operator = createOperator(database.settings);
});
afterEach(async () => {
  await operator.close();
  await database.drop();
});

const rows = 2_000;

async function createTable(): Promise<void> {
  await database.query(
    `CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(40) NOT NULL, legacy INT NULL, size INT NOT NULL,
       doubled INT AS (size * 2) STORED, UNIQUE (name))`,
  );
  await database.query(`INSERT INTO t (name, legacy, size) SELECT CONCAT('n', seq), seq, seq FROM seq_1_to_${rows}`);
}

const dropAndRename =
  'ALTER TABLE t DROP COLUMN legacy, CHANGE name title VARCHAR(80) NOT NULL, MODIFY size BIGINT NOT NULL, ADD COLUMN note INT NOT NULL DEFAULT 7';

function options(alter: string | readonly string[], more: Partial<MigrationOptions> = {}): MigrationOptions {
  const patience = { lockTimeoutMs: 1_000, cutoverDeadlineMs: 20_000 };
  return { connection: database.settings, alter: [alter].flat(), keepRollback: '1h', ...patience, ...more };
}

/** Resolves when the window is open; the run goes on. */
async function opened(given: MigrationOptions): Promise<{ readonly run: Promise<Report> }> {
  const { report, told } = startRun(given);
  await told('window:opened');
  return { run: report };
}

async function columnsOf(table: string, schema = database.name): Promise<string[]> {
  return (await database.query(`SHOW COLUMNS FROM ${schema}.${table}`)).map((row) => row['Field']!);
}

/** The next number of t: one that was given on the new table must not come again. */
async function counterOf(schema: string): Promise<string | null> {
  const [row] = await database.query(
    `SELECT AUTO_INCREMENT AS n FROM information_schema.TABLES WHERE TABLE_SCHEMA = '${schema}' AND TABLE_NAME = 't'`,
  );
  return row?.['n'] ?? null;
}

async function schemas(): Promise<string[]> {
  const found = await database.query(
    `SELECT SCHEMA_NAME AS s FROM information_schema.SCHEMATA WHERE SCHEMA_NAME LIKE '${database.name}\\_\\_%' ORDER BY 1`,
  );
  return found.map(({ s }) => s!.slice(database.name.length));
}

describe('a way back', () => {
  test('has what was written on the new tables; what the new row does not have is stated, and only written rows get it', async () => {
    await createTable();
    const { run } = await opened(options(dropAndRename, { mapsBack: ['t.legacy=note * 100'] }));
    expect(await columnsOf('t')).toEqual(['id', 'title', 'size', 'doubled', 'note']);
    await database.query("INSERT INTO t (id, title, size, note) VALUES (4000, 'new', 5, 3)");
    await database.query("UPDATE t SET title = 'changed' WHERE id = 10");
    await database.query('DELETE FROM t WHERE id = 11');
    await database.query('UPDATE t SET id = 5000 WHERE id = 12');
    await operator.rollback();
    expect(await columnsOf('t')).toEqual(['id', 'name', 'legacy', 'size', 'doubled']);
    expect(
      await database.query(
        'SELECT id, name, legacy, size, doubled FROM t WHERE id IN (9, 10, 11, 12) OR id > 2000 ORDER BY id',
      ),
    ).toEqual([
      { id: '9', name: 'n9', legacy: '9', size: '9', doubled: '18' },
      { id: '10', name: 'changed', legacy: '700', size: '10', doubled: '20' },
      { id: '4000', name: 'new', legacy: '300', size: '5', doubled: '10' },
      { id: '5000', name: 'n12', legacy: '700', size: '12', doubled: '24' },
    ]);
    expect(await database.query('SELECT COUNT(*) AS n, COUNT(DISTINCT name) AS d FROM t')).toEqual([
      { n: String(rows), d: String(rows) },
    ]);
    expect(await run).toMatchObject({ window: { end: 'rolled-back', lostWrites: 0, rowsRepaired: 0 } });
    expect(await columnsOf('t', `${database.name}__shadow`)).toContain('note');
    expect((await operator.status())[0]).toMatchObject({ phase: 'rolled-back' });
    expect(await counterOf(database.name)).toBe(await counterOf(`${database.name}__shadow`));
    expect(await schemas()).toEqual(['__shadow']);
    await operator.cleanup();
    expect(await schemas()).toEqual([]);
  });

  test('leads back for parents and children, whose rows go by cascade', async () => {
    await database.query('CREATE TABLE p (id INT PRIMARY KEY, v INT NOT NULL)');
    await database.query(
      `CREATE TABLE c (id INT PRIMARY KEY, p INT NOT NULL, up INT, v INT, KEY (v), KEY (p), KEY (up),
         FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE, FOREIGN KEY (up) REFERENCES c (id) ON DELETE SET NULL)`,
    );
    await database.query('INSERT INTO p SELECT seq, seq FROM seq_1_to_100');
    await database.query('INSERT INTO c (id, p, up) SELECT seq, 1 + seq % 100, NULLIF(seq - 1, 0) FROM seq_1_to_1000');
    const { run } = await opened(
      options(['ALTER TABLE p ADD COLUMN note INT', 'ALTER TABLE c ADD COLUMN note INT, ADD INDEX (note, v)']),
    );
    await database.query('DELETE FROM p WHERE id <= 50');
    await database.query('INSERT INTO p (id, v) VALUES (7, 7)');
    await database.query('INSERT INTO c (id, p) VALUES (5000, 7)');
    await operator.rollback();
    expect(await database.query('SELECT COUNT(*) AS n FROM p')).toEqual([{ n: '51' }]);
    expect(await database.query('SELECT COUNT(*) AS n, SUM(p = 7) AS own, SUM(up IS NULL) AS orphans FROM c')).toEqual([
      { n: '501', own: '1', orphans: '11' },
    ]);
    await expect(database.query('INSERT INTO c (id, p) VALUES (6000, 1)')).rejects.toThrow(/foreign key/);
    expect(await run).toMatchObject({ window: { end: 'rolled-back', lostWrites: 0 } });
  });
});

describe('the end of a window', () => {
  test('by finish: the old tables go, the new ones stay', async () => {
    await createTable();
    const { run } = await opened(options('ALTER TABLE t ADD COLUMN note INT'));
    expect(await operator.finish()).toMatchObject({ phase: 'done' });
    expect(await run).toMatchObject({ window: { end: 'finished', cutover: null }, retiredSchema: null });
    expect(await columnsOf('t')).toContain('note');
    expect(await schemas()).toEqual([]);
  });

  test('by its time: the old tables stay as they were then, and the run is done', async () => {
    await createTable();
    const { run } = await opened(options('ALTER TABLE t ADD COLUMN note INT', { keepRollback: '1s' }));
    expect(await run).toMatchObject({ window: { end: 'expired' }, retiredSchema: `${database.name}__retired` });
    expect(await schemas()).toEqual(['__retired']);
    await expect(operator.rollback()).rejects.toMatchObject({ code: 'usage-error' });
  });

  test('a row that the old table does not take stops the window, not the service; finish needs no engine', async () => {
    await createTable();
    const { run } = await opened(options('ALTER TABLE t MODIFY legacy BIGINT'));
    await database.query('UPDATE t SET legacy = 5000000000 WHERE id = 3');
    const error: unknown = await run.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'window-stopped', outcome: 'swapped', facts: { code: 'apply-failed' } });
    await expect(operator.rollback()).rejects.toMatchObject({ code: 'usage-error' });
    await expect(operator.abort()).rejects.toMatchObject({ code: 'cleanup-failed' });
    await expect(createMigration(options('ALTER TABLE t ADD COLUMN other INT')).run()).rejects.toMatchObject({
      code: 'run-in-progress',
    });
    expect(await operator.finish()).toMatchObject({ phase: 'done' });
    expect(await schemas()).toEqual([]);
    expect(await database.query('SELECT legacy FROM t WHERE id = 3')).toEqual([{ legacy: '5000000000' }]);
  });
});

test('a window that its user leaves says what is live; the same command goes on with it', async () => {
  await createTable();
  const stop = new AbortController();
  const change = 'ALTER TABLE t ADD COLUMN note INT';
  const { run } = await opened(options(change, { signal: stop.signal }));
  stop.abort();
  await expect(run).rejects.toMatchObject({ code: 'window-interrupted', exitCode: 130, outcome: 'swapped' });
  await database.query("UPDATE t SET name = 'meanwhile' WHERE id = 3");
  const next = startRun(options(change));
  await next.told('phase:entered', ({ phase }) => phase === 'rollback-window');
  await operator.rollback();
  expect(await next.report).toMatchObject({ window: { end: 'rolled-back', lostWrites: 0 } });
  expect(await database.query('SELECT name FROM t WHERE id = 3')).toEqual([{ name: 'meanwhile' }]);
});

describe('a window that cannot be kept is refused before anything is touched', () => {
  async function refusals(alter: string | readonly string[], more: Partial<MigrationOptions> = {}) {
    return (await createMigration(options(alter, more)).plan()).refusals;
  }

  test('columns without a reverse mapping, all of them, each with what to say', async () => {
    await createTable();
    const found = await refusals('ALTER TABLE t DROP COLUMN legacy, MODIFY size VARCHAR(20) NOT NULL');
    expect(found).toMatchObject([{ code: 'no-way-back', table: 't' }]);
    expect(found[0]!.message).toContain('legacy has no column in its place');
    expect(found[0]!.message).toContain('size becomes varchar(20), from int(11)');
    expect(found[0]!.remedy).toContain("--map-back 't.legacy=EXPRESSION' --map-back 't.size=EXPRESSION'");
    const stated = { mapsBack: ['t.legacy=NULL', 't.size=CAST(size AS SIGNED)'] };
    expect(await refusals('ALTER TABLE t DROP COLUMN legacy, MODIFY size VARCHAR(20) NOT NULL', stated)).toEqual([]);
    expect(await schemas()).toEqual([]);
  });

  test.each<[string, string, Partial<MigrationOptions>, string]>([
    [
      'a trigger',
      'CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.size = NEW.size',
      {},
      'rollback-unsupported',
    ],
    [
      'a child that stays',
      'CREATE TABLE child (id INT PRIMARY KEY, t INT, FOREIGN KEY (t) REFERENCES t (id))',
      {},
      'rollback-unsupported',
    ],
    ['an instant change', 'DO 1', { instant: true }, 'rollback-unsupported'],
  ])('%s', async (_, prepare, more, code) => {
    await createTable();
    await database.query(prepare);
    expect((await refusals('ALTER TABLE t ADD COLUMN note INT', more)).map((refusal) => refusal.code)).toEqual([code]);
  });

  test.each([
    ['no duration', { keepRollback: 'a day' }],
    ['a column that there was not', { mapsBack: ['t.note=1'] }],
    ['a table that is not changed', { mapsBack: ['u.note=1'] }],
    ['an expression that is none', { mapsBack: ['t.legacy=nothing'] }],
  ])('%s', async (_, more) => {
    await createTable();
    const plan = async () => createMigration(options('ALTER TABLE t ADD COLUMN note INT', more)).plan();
    await expect(plan()).rejects.toMatchObject({ code: 'usage-error' });
  });
});

describe('the engine that keeps it dies', () => {
  const alter = 'ALTER TABLE t ADD COLUMN note INT NOT NULL DEFAULT 7';

  test('before the way back has its locks: the next one goes on with the way back', async () => {
    await createTable();
    const first = startEngine(database.settings, [alter]);
    onTestFinished(() => first.signal('SIGKILL'));
    await first.event('window:opened');
    const blocker = await database.connect();
    await blocker.execute('START TRANSACTION');
    await blocker.execute("UPDATE t SET name = 'held' WHERE id = 3");
    const asked = operator.rollback().catch((error: unknown) => error);
    await first.event('cutover:failed');
    first.signal('SIGKILL');
    await first.ended;
    expect(await asked).toMatchObject({ code: 'wait-expired' });
    expect(formatStatus(await operator.status(), Date.now())).toContain('rolling-back');
    await blocker.execute('COMMIT');
    await blocker.close();
    const second = startEngine(database.settings, [alter]);
    onTestFinished(() => second.signal('SIGKILL'));
    expect(await second.ended).toMatchObject({ code: 0 });
    expect(await columnsOf('t')).not.toContain('note');
    expect(await database.query('SELECT name FROM t WHERE id = 3')).toEqual([{ name: 'held' }]);
  });
});
