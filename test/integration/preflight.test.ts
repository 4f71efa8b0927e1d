import { hostname } from 'node:os';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Server } from '../../src/db/server.js';
import { createMigration } from '../../src/migration/create.js';
import { makePlan } from '../../src/plan/make-plan.js';
import { changeOfRecord } from '../../src/plan/source.js';
import type { Refusal } from '../../src/plan/plan.js';
import type { PreflightContext } from '../../src/preflight/context.js';
import { preflight } from '../../src/preflight/preflight.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { startServer, type TestServer } from '../support/server.js';
import { withSession } from '../support/sessions.js';

interface Outcome {
  readonly refusals: readonly Refusal[];
  readonly warnings: readonly string[];
}

/** Plan and preflight together, as a run does it. */
async function inspect(
  database: TestDatabase,
  alter: string | readonly string[],
  context: Partial<PreflightContext> = {},
): Promise<Outcome> {
  const server = context.server ?? new Server(database.settings);
  const warnings: string[] = [];
  const texts = typeof alter === 'string' ? [alter] : alter;
  const { plan, refusals } = await makePlan(server, { database: database.name, change: changeOfRecord(texts) });
  return server.withSession('preflight', async (session) => {
    const own = await preflight({
      server,
      session,
      plan,
      resuming: false,
      onWarning: (warning) => warnings.push(warning),
      ...context,
    });
    for (const refusal of own) expect(refusal.remedy).toBeTruthy();
    return { refusals: [...refusals, ...own], warnings };
  });
}

function codes({ refusals }: Outcome): string[] {
  return refusals.map(({ code }) => code);
}

const addColumn = 'ALTER TABLE t ADD added INT';

describe('tables and rows', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await testDatabase();
  });
  afterEach(() => database.drop());

  async function create(columns: string, ...rows: readonly string[]): Promise<void> {
    await database.query("SET SESSION sql_mode = 'ALLOW_INVALID_DATES'");
    await database.query(`CREATE TABLE t (${columns})`);
    for (const row of rows) await database.query(`INSERT INTO t VALUES (${row})`);
  }

  test('a plain change of a plain table is not refused', async () => {
    await create('id INT PRIMARY KEY, a VARCHAR(9) NOT NULL', "1, 'x'");
    expect(
      codes(await inspect(database, 'ALTER TABLE t ADD b INT, MODIFY a VARCHAR(20) NOT NULL, ADD UNIQUE (id, a)')),
    ).toEqual([]);
  });

  test('everything is refused at once', async () => {
    await create('id INT PRIMARY KEY, n INT, d DATETIME, gone INT', '1, NULL, NULL, 1');
    await database.query('CREATE TABLE m (id INT PRIMARY KEY) ENGINE=MyISAM');
    await database.query('CREATE TRIGGER trg BEFORE INSERT ON t FOR EACH ROW SET NEW.n = NEW.gone');
    await database.query(`CREATE DATABASE ${database.name}__shadow`);
    await database.query(`CREATE TABLE ${database.name}__shadow.t (id INT)`);
    await database.query(`CREATE DATABASE ${database.name}__retired`);
    await database.query(`CREATE TABLE ${database.name}__retired.t (id INT)`);
    const outcome = await inspect(database, [
      'ALTER TABLE t MODIFY n INT NOT NULL, MODIFY d TIMESTAMP NULL, ADD x INT NOT NULL, DROP gone',
      'ALTER TABLE m ADD x INT',
      'ALTER TABLE nope ADD x INT',
    ]);
    expect(codes(outcome)).toEqual([
      'unknown-table',
      'leftover-shadow',
      'leftover-retired',
      'engine-not-innodb',
      'triggers',
      'conversion-not-provable',
      'no-default',
      'null-values',
    ]);
    expect(outcome.refusals.find(({ code }) => code === 'triggers')).toMatchObject({ table: 't' });
  });

  test('rows that a new foreign key would refuse are named', async () => {
    await create('id INT PRIMARY KEY, p INT', '1, 7', '2, 7', '3, 8', '4, NULL');
    await database.query('CREATE TABLE parent (id INT PRIMARY KEY) SELECT 8 id');
    const outcome = await inspect(database, 'ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (p) REFERENCES parent (id)');
    expect(codes(outcome)).toEqual(['orphans']);
    expect(outcome.refusals[0]!.message).toContain('1 value of (p) refer to no row of parent, as f demands: 7');
  });

  test('so they are when the key is over a converted, renamed or computed column', async () => {
    await create(
      'id INT PRIMARY KEY, code VARCHAR(9) CHARACTER SET latin1, old INT, n INT',
      "1, 'a', 1, 1",
      "2, 'B', 7, 3",
      "3, 'ü', NULL, 1",
    );
    await database.query(
      'CREATE TABLE parent (id INT PRIMARY KEY, code VARCHAR(9) COLLATE utf8mb4_general_ci, KEY (code))',
    );
    await database.query("INSERT INTO parent VALUES (1, 'a'), (2, 'b')");
    const alter = [
      'ALTER TABLE t MODIFY code VARCHAR(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci, RENAME COLUMN old TO new, ADD half INT',
      'ALTER TABLE t ADD CONSTRAINT f_code FOREIGN KEY (code) REFERENCES parent (code)',
      'ALTER TABLE t ADD CONSTRAINT f_new FOREIGN KEY (new) REFERENCES parent (id)',
      'ALTER TABLE t ADD CONSTRAINT f_half FOREIGN KEY (half) REFERENCES parent (id)',
    ];
    const { refusals } = await createMigration({
      connection: database.settings,
      alter,
      maps: ['t.half=n * 2'],
    }).plan();
    expect(refusals.map(({ code, message }) => [code, message])).toEqual([
      ['orphans', 't: 1 value of (code) refer to no row of parent, as f_code demands: ü'],
      ['orphans', 't: 1 value of (half) refer to no row of parent, as f_half demands: 6'],
      ['orphans', 't: 1 value of (new) refer to no row of parent, as f_new demands: 7'],
    ]);
  });

  test.each([
    ['a parent that is not there', 'ADD FOREIGN KEY (p) REFERENCES nobody (id)', 'nobody, which is not there'],
    ['a parent without the index', 'ADD FOREIGN KEY (p) REFERENCES parent (other)', 'has no index'],
    ['another type', 'ADD FOREIGN KEY (p) REFERENCES parent (big)', 'the types are not alike'],
    ['a staying child without its column', 'DROP INDEX u', 'does not keep these columns'],
    [
      'a cascade by a column that goes',
      'DROP FOREIGN KEY up, DROP COLUMN c',
      'changes rows by the column c, which the change drops',
    ],
  ])('a foreign key that would not hold is refused: %s', async (_what, change, message) => {
    await database.query('CREATE TABLE parent (id INT PRIMARY KEY, other INT, big BIGINT, UNIQUE (big)) ENGINE=InnoDB');
    await create(
      'id INT PRIMARY KEY, p INT, c INT, v INT, UNIQUE u (v), KEY (c), CONSTRAINT up FOREIGN KEY (c) REFERENCES parent (id) ON DELETE CASCADE',
    );
    await database.query('CREATE TABLE child (id INT PRIMARY KEY, v INT, FOREIGN KEY (v) REFERENCES t (v))');
    const outcome = await inspect(database, `ALTER TABLE t ${change}`);
    expect(codes(outcome)).toEqual(['foreign-keys']);
    expect(outcome.refusals[0]!.message).toContain(message);
  });

  test('what the run itself made is no leftover when it is continued', async () => {
    await create('id INT PRIMARY KEY');
    await database.query(`CREATE DATABASE ${database.name}__shadow`);
    await database.query(`CREATE TABLE ${database.name}__shadow.t (id INT)`);
    expect(codes(await inspect(database, addColumn))).toEqual(['leftover-shadow']);
    expect(codes(await inspect(database, addColumn, { resuming: true }))).toEqual([]);
  });

  test('a new NOT NULL column needs a default, unless the server has one', async () => {
    await create('id INT PRIMARY KEY', '1');
    const alter =
      "ALTER TABLE t ADD a INT NOT NULL, ADD b INT NOT NULL DEFAULT 0, ADD c ENUM('x','y') NOT NULL, ADD d INT, ADD e INT AS (id) STORED, ADD f TIMESTAMP NOT NULL DEFAULT now()";
    const { refusals } = await inspect(database, alter);
    expect(refusals.map(({ code, message }) => [code, /t\.(\w+)/.exec(message)?.[1]])).toEqual([['no-default', 'a']]);
    // And the server agrees: the others take rows without a value.
    await database.query(alter.replace('ADD a INT NOT NULL,', ''));
    await database.query("SET SESSION sql_mode = 'STRICT_ALL_TABLES'");
    await database.query('INSERT INTO t (id) VALUES (2)');
  });

  test.each<[from: string, rows: readonly string[], to: string, code: string, count: number, offending: string]>([
    ['INT', ['5', 'NULL', 'NULL'], 'INT NOT NULL', 'null-values', 2, '(2), (3)'],
    ['VARCHAR(9)', ["'abc'", "'abcd'", "'äöüß'"], 'VARCHAR(3)', 'values-too-long', 2, '(2), (3)'],
    ['TEXT', ["'abc'", "REPEAT('ä', 200)"], 'TINYTEXT', 'values-too-long', 1, '(2)'],
    ['BLOB', ["x'01'", "x'010203'"], 'VARBINARY(2)', 'values-too-long', 1, '(2)'],
    ['INT', ['5', '123456'], 'VARCHAR(5)', 'values-too-long', 1, '(2)'],
    ['BIGINT', ['127', '128', '-129'], 'TINYINT', 'values-out-of-range', 2, '(2), (3)'],
    ['INT', ['0', '-1'], 'BIGINT UNSIGNED', 'values-out-of-range', 1, '(2)'],
    ['BIGINT UNSIGNED', ['18446744073709551615', '1'], 'BIGINT', 'values-out-of-range', 1, '(1)'],
    ['INT', ['99', '100', '-100'], 'DECIMAL(4,2)', 'values-out-of-range', 2, '(2), (3)'],
    ['DECIMAL(6,3)', ['1.500', '1.555', '-0.001'], 'DECIMAL(6,2)', 'values-would-change', 2, '(2), (3)'],
    ['INT', ['2024', '0', '1850'], 'YEAR', 'values-out-of-range', 1, '(3)'],
    ['INT', ['3', '4'], 'BIT(2)', 'values-out-of-range', 1, '(2)'],
    ['DOUBLE', ['0.5', '0.1'], 'FLOAT', 'values-would-change', 1, '(2)'],
    ['DATETIME(3)', ["'2024-01-01 00:00:00'", "'2024-01-01 00:00:00.5'"], 'DATETIME', 'values-would-change', 1, '(2)'],
    [
      'DATETIME',
      ["'2024-01-01 00:00:00'", "'2024-01-01 00:00:01'", "'0000-00-00'"],
      'DATE',
      'values-would-change',
      1,
      '(2)',
    ],
    ['TIME(2)', ["'-10:00:00'", "'10:00:00.01'"], 'TIME(1)', 'values-would-change', 1, '(2)'],
    ['VARCHAR(9)', ["'é'", "'ж'"], 'VARCHAR(9) CHARACTER SET latin1', 'values-not-representable', 1, '(2)'],
    ['VARCHAR(9)', ["'a'", "'a '"], 'CHAR(9)', 'values-would-change', 1, '(2)'],
    ["ENUM('a','b','c')", ["'a'", "'b'", "'b'"], "ENUM('c','a')", 'values-not-members', 2, '(2), (3)'],
    ['VARCHAR(9)', ["'a'", "'A'", 'NULL'], "ENUM('a','b')", 'values-not-members', 1, '(2)'],
    ["SET('a','b','c')", ["'a'", "'a,b'", "''"], "SET('a','c')", 'values-not-members', 1, '(2)'],
  ])('%s %j to %s', async (from, rows, to, code, count, offending) => {
    await create(`id INT PRIMARY KEY, c ${from}`, ...rows.map((row, i) => `${i + 1}, ${row}`));
    const { refusals } = await inspect(database, `ALTER TABLE t MODIFY c ${to}`);
    expect(refusals.map((refusal) => refusal.code)).toEqual([code]);
    expect(refusals[0]!.message).toContain(`t.c: ${count} value`);
    expect(refusals[0]!.message).toContain(`(id) = ${offending}`);
  });

  test.each<[from: string, rows: readonly string[], to: string]>([
    ['INT', ['5', 'NULL'], 'BIGINT'],
    ['INT', ['0', '2147483647'], 'INT UNSIGNED'],
    ['INT', ['99', '-99'], 'DECIMAL(4,2)'],
    ['VARCHAR(9)', ["'äöü'", 'NULL'], 'VARCHAR(3)'],
    ['VARCHAR(9) CHARACTER SET latin1', ["'é'"], 'VARCHAR(9) CHARACTER SET utf8mb4'],
    ['VARCHAR(9)', ["'abc'"], 'TEXT'],
    ["ENUM('a','b')", ["'a'", 'NULL'], "ENUM('b','a','c')"],
    ['DATETIME', ["'2024-02-31 00:00:00'"], 'DATETIME(6)'],
    ['BIT(8)', ['255'], 'SMALLINT'],
  ])('%s %j to %s fits', async (from, rows, to) => {
    await create(`id INT PRIMARY KEY, c ${from}`, ...rows.map((row, i) => `${i + 1}, ${row}`));
    expect(codes(await inspect(database, `ALTER TABLE t MODIFY c ${to}`))).toEqual([]);
  });

  test('duplicates under a new unique key are counted, with the values', async () => {
    await create(
      'id INT PRIMARY KEY, a VARCHAR(9), b INT',
      "1, 'x', 1",
      "2, 'x', 1",
      "3, 'x', 2",
      '4, NULL, 1',
      '5, NULL, 1',
      "6, 'y', 1",
      "7, 'y', 1",
      "8, 'y', 1",
    );
    const { refusals } = await inspect(database, 'ALTER TABLE t ADD UNIQUE KEY u (a, b)');
    expect(refusals).toMatchObject([{ code: 'duplicates', table: 't' }]);
    expect(refusals[0]!.message).toContain('2 values of (a, b) would be twice under the unique key u');
    expect(refusals[0]!.message).toContain('(x, 1) in 2 rows');
    expect(refusals[0]!.message).toContain('(y, 1) in 3 rows');
    await database.query('DELETE FROM t WHERE id IN (2, 7, 8)');
    expect(codes(await inspect(database, 'ALTER TABLE t ADD UNIQUE KEY u (a, b)'))).toEqual([]);
  });

  test.each<[name: string, columns: string, rows: readonly string[], alter: string, expected: readonly string[]]>([
    [
      'a new collation',
      'id INT PRIMARY KEY, a VARCHAR(9) COLLATE utf8mb4_bin, UNIQUE (a)',
      ["1, 'x'", "2, 'X'"],
      'MODIFY a VARCHAR(9) COLLATE utf8mb4_general_ci',
      ['duplicates'],
    ],
    [
      'a new collation of the key',
      'a VARCHAR(9) COLLATE utf8mb4_bin PRIMARY KEY',
      ["'é'", "'e'"],
      'MODIFY a VARCHAR(9) COLLATE utf8mb4_general_ci NOT NULL',
      ['duplicates'],
    ],
    [
      'a stricter collation',
      'id INT PRIMARY KEY, a VARCHAR(9) COLLATE utf8mb4_general_ci, UNIQUE (a)',
      ["1, 'x'"],
      'MODIFY a VARCHAR(9) COLLATE utf8mb4_bin',
      [],
    ],
    [
      'a prefix',
      'id INT PRIMARY KEY, a VARCHAR(9), UNIQUE (a)',
      ["1, 'abc'", "2, 'abd'"],
      'DROP KEY a, ADD UNIQUE (a(2))',
      ['duplicates'],
    ],
    [
      'another primary key',
      'id INT PRIMARY KEY, a INT NOT NULL',
      ['1, 1', '2, 1'],
      'DROP PRIMARY KEY, ADD PRIMARY KEY (a), ADD UNIQUE (id)',
      ['duplicates'],
    ],
    ['a wider key', 'id INT PRIMARY KEY, a INT', ['1, 1', '2, 1'], 'ADD UNIQUE (a, id)', []],
    [
      'a constant new column',
      'id INT PRIMARY KEY, a INT',
      ['1, 1', '2, 2'],
      'ADD n INT NOT NULL DEFAULT 7, ADD UNIQUE (n)',
      ['duplicates'],
    ],
    ['a new column of NULLs', 'id INT PRIMARY KEY, a INT', ['1, 1', '2, 2'], 'ADD n INT, ADD UNIQUE (n)', []],
    [
      'a new numbered column',
      'id INT PRIMARY KEY, a INT',
      ['1, 1', '2, 2'],
      'ADD n INT NOT NULL AUTO_INCREMENT, ADD UNIQUE (n)',
      [],
    ],
    ['bytes', 'id INT PRIMARY KEY, a VARBINARY(9)', ["1, x'00ff'", "2, x'00ff'"], 'ADD UNIQUE (a)', ['duplicates']],
  ])('duplicates: %s', async (_name, columns, rows, alter, expected) => {
    await create(columns, ...rows);
    expect(codes(await inspect(database, `ALTER TABLE t ${alter}`))).toEqual(expected);
  });

  test('what takes too long to check is said, not refused', async () => {
    await create('id INT PRIMARY KEY, a INT');
    await database.query('INSERT INTO t SELECT seq, 1 FROM seq_1_to_100000');
    const outcome = await inspect(database, 'ALTER TABLE t ADD UNIQUE (a)', { readLimitS: 0.001 });
    expect(codes(outcome)).toEqual([]);
    expect(outcome.warnings.filter((text) => text.includes('not checked'))).toHaveLength(1);
    expect(codes(await inspect(database, 'ALTER TABLE t ADD UNIQUE (a)'))).toEqual(['duplicates']);
  });

  test('a database with a long name is refused', async () => {
    const name = `${database.name}_${'x'.repeat(58 - database.name.length)}`;
    await database.query(`CREATE DATABASE ${name}`);
    try {
      await database.query(`CREATE TABLE ${name}.t (id INT PRIMARY KEY)`);
      expect(
        codes(await inspect({ ...database, name, settings: { ...database.settings, database: name } }, addColumn)),
      ).toEqual(['name-too-long']);
      expect(await database.query(`SHOW DATABASES LIKE '${database.name}%plan%'`)).toEqual([]);
    } finally {
      await database.query(`DROP DATABASE ${name}`);
    }
  });
});

describe('the server and the user', () => {
  let host: TestServer;
  let database: TestDatabase;
  beforeAll(async () => {
    host = await startServer();
  });
  afterAll(() => host.stop());
  beforeEach(async () => {
    database = await testDatabase(host);
    await database.query('CREATE TABLE t (id INT PRIMARY KEY)');
  });
  afterEach(() => database.drop());

  test('the binlog must be on, in rows, and whole', async () => {
    await database.query('SET GLOBAL binlog_format = STATEMENT, GLOBAL binlog_row_image = MINIMAL');
    expect(codes(await inspect(database, addColumn))).toEqual(['binlog-format', 'binlog-row-image']);
    await database.query('SET GLOBAL binlog_format = MIXED, GLOBAL binlog_row_image = FULL');
    expect(codes(await inspect(database, addColumn))).toEqual(['binlog-format']);
    await database.query('SET GLOBAL binlog_format = ROW');
    expect(codes(await inspect(database, addColumn))).toEqual([]);
  });

  test('prepared XA transactions are named', async () => {
    const session = await database.connect();
    await session.execute("XA START 'mine'");
    await session.execute('INSERT INTO t VALUES (1)');
    await session.execute("XA END 'mine'");
    await session.execute("XA PREPARE 'mine'");
    try {
      const { refusals } = await inspect(database, addColumn);
      expect(refusals).toMatchObject([{ code: 'prepared-xa' }]);
      expect(refusals[0]!.message).toContain("'mine'");
    } finally {
      // It would keep the database from being dropped.
      await session.execute("XA ROLLBACK 'mine'");
      await session.close();
    }
  });

  test('a read-only server', async () => {
    await database.query('SET GLOBAL read_only = ON');
    try {
      expect(codes(await inspect(database, addColumn))).toEqual(['read-only']);
    } finally {
      await database.query('SET GLOBAL read_only = OFF');
    }
  });

  test('privileges: what is missing is named, and the remedies are enough', async () => {
    await database.query("CREATE USER 'op'@'%' IDENTIFIED BY 'secret'");
    await database.query(`GRANT SELECT ON ${database.name}.* TO 'op'@'%'`);
    // The plan itself needs its scratch schema.
    await database.query(
      `GRANT CREATE, DROP, ALTER, SELECT ON \`${database.name.replaceAll('_', '\\_')}\\_\\_plan\\_%\`.* TO 'op'@'%'`,
    );
    const server = new Server({ ...database.settings, user: 'op', password: 'secret' });
    const before = await inspect(database, addColumn, { server });
    const missing = before.refusals.filter(({ code }) => code === 'missing-privileges');
    const text = missing.map(({ message }) => message).join('\n');
    for (const expected of [
      'REPLICATION SLAVE',
      'BINLOG MONITOR',
      'RELOAD',
      'PROCESS',
      'LOCK TABLES',
      `${database.name}__shadow`,
      `${database.name}__retired`,
      'tideover',
    ]) {
      expect(text).toContain(expected);
    }
    for (const { remedy } of missing) if (remedy.startsWith('GRANT ')) await database.query(remedy.replace(/;$/, ''));
    expect(codes(await inspect(database, addColumn, { server }))).toEqual([]);
    await database.query("DROP USER 'op'@'%'");
  });

  test('privileges on tables that stay, too, and the remedies are enough', async () => {
    const account = "'o''p@ps'@'%'";
    await database.query(`CREATE USER ${account} IDENTIFIED BY 'secret'`);
    await database.query(
      `GRANT CREATE, DROP, ALTER, INSERT, SELECT ON \`${database.name.replaceAll('_', '\\_')}\\_\\_plan\\_%\`.* TO ${account}`,
    );
    for (const sql of [
      'CREATE TABLE top (id INT PRIMARY KEY)',
      'CREATE TABLE stays (id INT PRIMARY KEY)',
      'CREATE TABLE middle (id INT PRIMARY KEY, a INT, s INT, CONSTRAINT t_top FOREIGN KEY (a) REFERENCES top (id) ON DELETE CASCADE)',
      'CREATE TABLE child (id INT PRIMARY KEY, CONSTRAINT child_t FOREIGN KEY (id) REFERENCES middle (id))',
      'INSERT INTO top VALUES (1)',
      'INSERT INTO stays VALUES (1)',
      'INSERT INTO middle VALUES (1, 1, 1)',
      'INSERT INTO child VALUES (1)',
    ]) {
      await database.query(sql);
    }
    // Enough to make the plan.
    await database.query(`GRANT SELECT, LOCK TABLES ON \`${database.name}\`.* TO ${account}`);
    await database.query(`GRANT PROCESS, BINLOG MONITOR ON *.* TO ${account}`);
    const alter = 'ALTER TABLE middle ADD x INT, ADD CONSTRAINT t_stays FOREIGN KEY (s) REFERENCES stays (id)';
    const connection = { ...database.settings, user: "o'p@ps", password: 'secret' };
    const before = await inspect(database, alter, { server: new Server(connection) });
    const missing = before.refusals.filter(({ code }) => code === 'missing-privileges');
    const text = missing.map(({ message }) => message).join('\n');
    for (const table of ['stays', 'child', 'top']) {
      expect(text).toContain(`lacks INSERT, ALTER, DROP, CREATE on \`${database.name}\`.\`${table}\``);
    }
    expect(text).toContain(`INSERT, ALTER, DROP, CREATE, TRIGGER on \`${database.name}\`.\`middle\``);
    for (const { remedy } of missing) if (remedy.startsWith('GRANT ')) await database.query(remedy.replace(/;$/, ''));
    expect(codes(await inspect(database, alter, { server: new Server(connection) }))).toEqual([]);
    expect(await createMigration({ connection, alter: [alter], cutoverAttempts: 3 }).run()).toMatchObject({
      lostWrites: 0,
    });
    await database.query(`DROP USER ${account}`);
  });

  test('a type that a child needs is refused as that, and not taken for a change of the source', async () => {
    await database.query('CREATE TABLE parent (id INT PRIMARY KEY)');
    await database.query(
      'CREATE TABLE child (id INT PRIMARY KEY, p INT, CONSTRAINT c_p FOREIGN KEY (p) REFERENCES parent (id))',
    );
    const alter = ['ALTER TABLE parent MODIFY id BIGINT'];
    const { refusals } = await createMigration({ connection: database.settings, alter }).plan();
    expect(refusals).toMatchObject([{ code: 'foreign-keys', table: 'parent' }]);
  });

  test('privileges through a role count', async () => {
    await database.query('CREATE ROLE ops');
    await database.query('GRANT ALL ON *.* TO ops');
    await database.query("CREATE USER 'viarole'@'%' IDENTIFIED BY 'secret'");
    await database.query("GRANT ops TO 'viarole'@'%'");
    await database.query("SET DEFAULT ROLE ops FOR 'viarole'@'%'");
    const server = new Server({ ...database.settings, user: 'viarole', password: 'secret' });
    expect(codes(await inspect(database, addColumn, { server }))).toEqual([]);
    await database.query("DROP USER 'viarole'@'%'");
    await database.query('DROP ROLE ops');
  });
});

describe('servers that are set up otherwise', () => {
  test('no binlog; a database that is filtered out of it', async () => {
    const host = await startServer({ args: ['--skip-log-bin'] });
    try {
      const database = await testDatabase(host);
      await database.query('CREATE TABLE t (id INT PRIMARY KEY)');
      expect(codes(await inspect(database, addColumn))).toEqual(['binlog-off']);
      await database.drop();
      await host.restart([`--binlog-ignore-db=shop`]);
      const session = await host.connect();
      await session.execute('CREATE DATABASE shop');
      await session.execute('CREATE TABLE shop.t (id INT PRIMARY KEY)');
      await session.close();
      const server = new Server(host.settings('shop'));
      const shop = { ...database, name: 'shop', settings: host.settings('shop') };
      expect(codes(await inspect(shop, addColumn, { server }))).toEqual(['binlog-filtered']);
    } finally {
      await host.stop();
    }
  });

  test('the disk: room that cannot be there is refused', async () => {
    const host = await startServer();
    try {
      const before = await testDatabase(host);
      await before.query('CREATE TABLE t (id INT PRIMARY KEY) STATS_PERSISTENT = 1 STATS_AUTO_RECALC = 0');
      await before.query('ANALYZE TABLE t');
      // The estimate stands on the server's statistics: let them say a petabyte. They are read again after a restart.
      await before.query(
        `UPDATE mysql.innodb_table_stats SET clustered_index_size = 70000000000 WHERE database_name = '${before.name}'`,
      );
      await host.restart();
      const { refusals, warnings } = await inspect(before, addColumn);
      const seen = [
        ...refusals.map(({ code }) => code),
        ...warnings.map((text) => (text.includes('disk') ? 'told' : text)),
      ];
      // A server in a container is not on this disk: then the need is told.
      const where = await withSession(host, (session) => session.queryOne('SELECT @@hostname AS host'));
      expect(seen).toEqual([where.host === hostname() ? 'disk-space' : 'told']);
    } finally {
      await host.stop();
    }
  });
});
