import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TideoverError } from '../../src/errors.js';
import { Server } from '../../src/db/server.js';
import { makePlan } from '../../src/plan/make-plan.js';
import { formatPlan } from '../../src/plan/print-plan.js';
import { changeOfRecord } from '../../src/plan/source.js';
import { createShadow } from '../../src/plan/shadow.js';
import { readForeignKeys } from '../../src/schema/foreign-keys.js';
import { findTable, readTable } from '../../src/schema/introspect.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { startServer } from '../support/server.js';

let database: TestDatabase;
let server: Server;

beforeEach(async () => {
  database = await testDatabase();
  server = new Server(database.settings);
});

/** The property of every plan, made or failed: no schema of ours is left. */
afterEach(async () => {
  const left = await database.query(`SHOW DATABASES LIKE '${database.name}\\_\\_%'`);
  await database.drop();
  expect(left).toEqual([]);
});

async function plan(...alter: readonly string[]) {
  return makePlan(server, { database: database.name, change: changeOfRecord(alter) });
}

async function failure(work: Promise<unknown>): Promise<TideoverError> {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof TideoverError)) throw new Error(`expected a TideoverError, got ${String(error)}`);
  return error;
}

async function codes(...alter: readonly string[]): Promise<string[]> {
  const { refusals } = await plan(...alter);
  for (const refusal of refusals) expect(refusal.remedy).toBeTruthy();
  return refusals.map(({ code }) => code);
}

async function create(columns: string, table = 't', options = ''): Promise<void> {
  await database.query(`CREATE TABLE ${table} (${columns}) ${options}`);
}

describe('introspection', () => {
  test('a table as the server describes it', async () => {
    await create(
      `id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT, name VARCHAR(40) CHARACTER SET latin1 DEFAULT 'it''s', e ENUM('a','b') NOT NULL,
       price DECIMAL(10,2), ts DATETIME(3), v INT AS (id + 1) VIRTUAL, s INT GENERATED ALWAYS AS (1) STORED, hid INT INVISIBLE DEFAULT 7,
       b BLOB, PRIMARY KEY (id), UNIQUE KEY u (e, id), KEY n (name(5)), UNIQUE KEY ig (price) IGNORED, UNIQUE KEY long_one (b)`,
      't',
      'AUTO_INCREMENT=17',
    );
    const session = await server.connect('a test');
    const table = (await readTable(session, { schema: database.name, table: 't' }))!;
    await session.close();
    expect(table.engine).toBe('InnoDB');
    expect(table.autoIncrement).toBe('17');
    expect(table.createSql).not.toContain('AUTO_INCREMENT=');
    expect(table.createSql).toContain('NOT NULL AUTO_INCREMENT');
    expect(table.partitioned).toBe(false);
    const column = Object.fromEntries(table.columns.map((own) => [own.name, own]));
    expect(column['id']).toMatchObject({
      position: 1,
      dataType: 'bigint',
      unsigned: true,
      nullable: false,
      autoIncrement: true,
      defaultSql: null,
    });
    expect(column['name']).toMatchObject({ charset: 'latin1', maxLength: 40, defaultSql: "'it''s'", nullable: true });
    expect(column['price']).toMatchObject({
      numericPrecision: 10,
      numericScale: 2,
      unsigned: false,
      defaultSql: 'NULL',
    });
    expect(column['ts']).toMatchObject({ datetimePrecision: 3 });
    expect(column['v']).toMatchObject({ generated: 'VIRTUAL', generationSql: '`id` + 1' });
    expect(column['s']).toMatchObject({ generated: 'STORED' });
    expect(column['hid']).toMatchObject({ invisible: true, defaultSql: '7' });
    const index = Object.fromEntries(table.indexes.map((own) => [own.name, own]));
    expect(index['u']).toEqual({
      name: 'u',
      unique: true,
      kind: 'BTREE',
      parts: [
        { column: 'e', prefixLength: null },
        { column: 'id', prefixLength: null },
      ],
    });
    expect(index['n']).toMatchObject({ unique: false, parts: [{ column: 'name', prefixLength: 5 }] });
    expect(index['ig']).toMatchObject({ kind: 'BTREE IGNORED' });
    expect(index['long_one']).toMatchObject({ unique: true, kind: 'HASH' });
  });

  test('names are found as they are spelled, other kinds are told apart', async () => {
    await create('id INT PRIMARY KEY', '`we``ird-Näme`');
    await create('id INT PRIMARY KEY', 'lower');
    await create('id INT PRIMARY KEY', 'versioned', 'WITH SYSTEM VERSIONING');
    const session = await server.connect('a test');
    const typeOf = async (table: string) => (await findTable(session, { schema: database.name, table }))?.type;
    expect(await typeOf('we`ird-Näme')).toBe('BASE TABLE');
    expect(await typeOf('LOWER')).toBeUndefined();
    expect(await typeOf('versioned')).toBe('SYSTEM VERSIONED');
    expect(await readTable(session, { schema: database.name, table: 'versioned' })).toBeNull();
    await session.close();
  });

  test('foreign keys are seen from both ends, also with odd names', async () => {
    await create('id INT PRIMARY KEY', '`par-ent`');
    await create(
      'id INT PRIMARY KEY, p INT, CONSTRAINT `f-k` FOREIGN KEY (p) REFERENCES `par-ent` (id) ON DELETE SET NULL ON UPDATE NO ACTION',
      'child',
    );
    const session = await server.connect('a test');
    const expected = [
      {
        name: 'f-k',
        child: { schema: database.name, table: 'child' },
        columns: ['p'],
        parent: { schema: database.name, table: 'par-ent' },
        parentColumns: ['id'],
        onDelete: 'SET NULL',
        onUpdate: 'NO ACTION',
      },
    ];
    expect(await readForeignKeys(session, database.name)).toEqual(expected);
    await session.close();
  });
});

describe('the mapping', () => {
  test('follows renames, swaps, new and dropped columns', async () => {
    await create('id INT PRIMARY KEY, a INT, b INT, c INT, d INT, g INT AS (a + 1) VIRTUAL');
    const { plan: made, refusals } = await plan(
      'ALTER TABLE t RENAME COLUMN a TO b, RENAME COLUMN b TO a, DROP c, ADD c VARCHAR(9), CHANGE d dd BIGINT, ADD (e INT, f INT)',
      'ALTER TABLE t RENAME COLUMN e TO ee',
    );
    expect(refusals).toEqual([]);
    const [mapping] = made.tables;
    expect(mapping!.columns.map(({ source, shadow }) => `${source.name}>${shadow.name}`)).toEqual([
      'id>id',
      'a>b',
      'b>a',
      'd>dd',
    ]);
    expect(mapping!.renames).toEqual({ a: 'b', b: 'a', d: 'dd' });
    expect(mapping!.source.name).toEqual({ schema: database.name, table: 't' });
    expect(mapping!.shadow.name).toEqual({ schema: `${database.name}__shadow`, table: 't' });
    expect(mapping!.shadow.columns.map(({ name }) => name)).toEqual(['id', 'b', 'a', 'dd', 'g', 'c', 'ee', 'f']);
    expect(made.warnings).toEqual(['t.c is dropped and made anew: the stored values are given up']);
  });

  test('the server decides; what the statements seem to say must agree', async () => {
    await create('id INT PRIMARY KEY, a INT');
    // The server drops the column and, finding it there beforehand, does not add it again.
    const { plan: made, refusals } = await plan(
      'ALTER TABLE t DROP COLUMN a, ADD COLUMN IF NOT EXISTS a INT, ADD b INT',
    );
    expect(refusals).toEqual([]);
    expect(made.tables[0]!.shadow.columns.map(({ name }) => name)).toEqual(['id', 'b']);
  });

  test('the key: PRIMARY before others, in any order in the shadow, and byte-exact only where it is', async () => {
    const keyOf = async (columns: string, alter: string) => {
      await database.query('DROP TABLE IF EXISTS t');
      await create(columns);
      const { plan: made, refusals } = await plan(`ALTER TABLE t ${alter}`);
      const key = made.tables[0]?.key;
      if (!key) return refusals.map(({ code }) => code).join();
      const names = key.columns.map((column, i) => `${column.name}>${key.shadowColumns[i]!.name}`);
      return `${key.indexName} ${names.join()}${key.byteExact ? ' exact' : ''}`;
    };
    expect(await keyOf('a INT NOT NULL, id INT PRIMARY KEY, UNIQUE u (a)', 'ADD b INT')).toBe('PRIMARY id>id exact');
    expect(await keyOf('a INT NOT NULL, id INT PRIMARY KEY, UNIQUE u (a)', 'DROP PRIMARY KEY')).toBe('u a>a exact');
    expect(await keyOf('a INT, b INT, PRIMARY KEY (a, b)', 'DROP PRIMARY KEY, ADD PRIMARY KEY (b, a)')).toBe(
      'PRIMARY a>a,b>b exact',
    );
    expect(await keyOf('id INT PRIMARY KEY', 'CHANGE id nr BIGINT')).toBe('PRIMARY id>nr');
    expect(await keyOf('id VARCHAR(9) PRIMARY KEY', 'ADD b INT')).toBe('PRIMARY id>id');
    expect(await keyOf('id VARBINARY(9) PRIMARY KEY', 'ADD b INT')).toBe('PRIMARY id>id exact');
    expect(await keyOf('id INT', 'ADD b INT')).toBe('no-usable-key');
    expect(await keyOf('id INT, UNIQUE (id)', 'ADD b INT')).toBe('no-usable-key');
    expect(await keyOf('id INT PRIMARY KEY', 'DROP PRIMARY KEY')).toBe('no-usable-key');
    expect(await keyOf('id INT PRIMARY KEY', 'DROP id, ADD nr INT AUTO_INCREMENT PRIMARY KEY')).toBe('no-usable-key');
    expect(await keyOf('id INT PRIMARY KEY, a INT', 'DROP PRIMARY KEY, ADD PRIMARY KEY (id, a)')).toBe('no-usable-key');
    expect(await keyOf('a VARCHAR(99) NOT NULL, UNIQUE (a(10))', 'ADD b INT')).toBe('no-usable-key');
    expect(await keyOf('a DOUBLE PRIMARY KEY', 'ADD b INT')).toBe('no-usable-key');
    expect(await keyOf('a INT NOT NULL, b DOUBLE PRIMARY KEY, UNIQUE (a) IGNORED', 'ADD c INT')).toBe('no-usable-key');
  });

  test('unknown tables and other kinds are refused together', async () => {
    await create('id INT PRIMARY KEY');
    await create('id INT PRIMARY KEY', 'v', 'WITH SYSTEM VERSIONING');
    await database.query('CREATE VIEW w AS SELECT 1');
    await database.query('CREATE SEQUENCE s');
    expect(await codes(...['t', 'nope', 'v', 'w', 's'].map((table) => `ALTER TABLE ${table} ADD x INT`))).toEqual([
      'unknown-table',
      'not-a-base-table',
      'not-a-base-table',
      'not-a-base-table',
    ]);
  });
});

describe('tables with peculiarities are built again exactly', () => {
  test.each([
    [
      'zero dates as defaults',
      "id INT PRIMARY KEY, d DATETIME NOT NULL DEFAULT '0000-00-00 00:00:00'",
      '',
      'COMMENT = 1',
    ],
    [
      'partitions',
      'id INT PRIMARY KEY',
      'PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN MAXVALUE)',
      '',
    ],
    ['a compressed row format', 'id INT PRIMARY KEY, t TEXT', 'ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8', ''],
    [
      'checks, comments and odd names',
      "id INT PRIMARY KEY, `a``b` INT COMMENT 'it''s \\\\ \\n ;' CHECK (`a``b` > 0), CONSTRAINT `c-c` CHECK (id < 5)",
      "COMMENT 'AUTO_INCREMENT=5 ;'",
      '',
    ],
    [
      'hash-unique, fulltext and spatial indexes',
      'id INT PRIMARY KEY, b BLOB, t TEXT, g POINT NOT NULL, UNIQUE (b), FULLTEXT (t), SPATIAL (g)',
      '',
      '',
    ],
    [
      'another charset',
      'id INT PRIMARY KEY, a VARCHAR(9), b VARCHAR(9) CHARACTER SET sjis',
      'DEFAULT CHARSET ucs2 COLLATE ucs2_bin',
      '',
    ],
    ['a descending key', 'a INT, b INT, PRIMARY KEY (a DESC, b)', '', ''],
  ])('%s', async (_name, columns, options) => {
    await create(columns, 't', options);
    const { plan: made } = await plan('ALTER TABLE t FORCE');
    expect(made.tables[0]!.shadow.createSql).toBe(made.tables[0]!.source.createSql);
    expect(made.warnings).toEqual(['t keeps its structure: the table is only rebuilt']);
  });

  test('the schema has the defaults of the database, so that CONVERT TO … DEFAULT means the same', async () => {
    await database.query(`ALTER DATABASE ${database.name} CHARACTER SET latin2 COLLATE latin2_bin`);
    await create('id INT PRIMARY KEY, a VARCHAR(9)', 't', 'CHARACTER SET utf8mb4');
    const { plan: made } = await plan('ALTER TABLE t CONVERT TO CHARACTER SET DEFAULT');
    expect(made.tables[0]!.shadow.columns[1]).toMatchObject({ charset: 'latin2' });
  });

  test('a table with a foreign key to another schema does not make the scratch copy a child of that schema', async () => {
    const other = await testDatabase();
    try {
      await other.query('CREATE TABLE parent (id INT PRIMARY KEY)');
      await create(`id INT PRIMARY KEY, p INT, CONSTRAINT f FOREIGN KEY (p) REFERENCES ${other.name}.parent (id)`);
      const { plan: made } = await plan('ALTER TABLE t ADD x INT');
      expect(made.tables[0]!.shadow.createSql).not.toContain('FOREIGN KEY');
    } finally {
      await database.query('DROP TABLE t');
      await other.drop();
    }
  });
});

describe('bad input leaves nothing behind', () => {
  test('the server words what is wrong with a statement', async () => {
    await create('id INT PRIMARY KEY');
    const syntax = await failure(plan('ALTER TABLE t ADD x INT, DORP y'));
    expect(syntax).toMatchObject({ code: 'statement-invalid', exitCode: 2, outcome: 'untouched' });
    expect(syntax.message).toMatch(/error 1064/);
    expect(syntax.hint).toBeTruthy();
    expect(await failure(plan('ALTER TABLE t DROP nope'))).toMatchObject({ code: 'statement-invalid' });
    expect(await failure(plan('ALTER TABLE t ADD x INT', 'ALTER TABLE t ADD x INT'))).toMatchObject({
      code: 'statement-invalid',
    });
  });

  test('the source is not touched by what is tried', async () => {
    await create('id INT PRIMARY KEY, a INT');
    await database.query('INSERT INTO t VALUES (1, 2)');
    const before = await database.query('SHOW CREATE TABLE t');
    await plan('ALTER TABLE t DROP a, ADD b INT NOT NULL DEFAULT 4, ADD KEY (b)');
    await failure(plan('ALTER TABLE t DROP a', 'ALTER TABLE t DROP a'));
    expect(await database.query('SHOW CREATE TABLE t')).toEqual(before);
    expect(await database.query('SELECT * FROM t')).toEqual([{ id: '1', a: '2' }]);
  });

  test('what a killed planner left is dropped by the next one, what a living one uses is not', async () => {
    await create('id INT PRIMARY KEY');
    const [dead, alive] = [`${database.name}__plan_0badc0de`, `${database.name}__plan_c0ffee00`];
    const planner = await database.connect();
    await planner.query(`SELECT GET_LOCK('${alive}', 0)`);
    await planner.execute(`CREATE DATABASE ${alive}`);
    await database.query(`CREATE DATABASE ${dead}`);
    await plan('ALTER TABLE t ADD x INT');
    expect(await database.query(`SHOW DATABASES LIKE '${database.name}%plan%'`)).toHaveLength(1);
    await planner.execute(`DROP DATABASE ${alive}`);
    await planner.close();
  });

  test('wrong password, no server, no database, no right to create a schema', async () => {
    const input = { change: changeOfRecord(['ALTER TABLE t ADD x INT']), database: database.name };
    const user = `u${database.name}`.slice(0, 30);
    await database.query(`CREATE USER ${user} IDENTIFIED BY 'right'`);
    try {
      await create('id INT PRIMARY KEY');
      const as = (password: string) => new Server({ ...database.settings, user, password });
      expect(await failure(makePlan(as('wrong'), input))).toMatchObject({ code: 'access-denied', exitCode: 2 });
      expect(await failure(makePlan(as('right'), input))).toMatchObject({ code: 'usage-error', exitCode: 2 });
      await database.query(`GRANT SELECT ON ${database.name}.* TO ${user}`);
      const denied = await failure(makePlan(as('right'), input));
      expect(denied).toMatchObject({ code: 'access-denied', exitCode: 2 });
      expect(denied.hint).toContain(`${database.name.replaceAll('_', '\\_')}\\_\\_%`);
      const nowhere = new Server({ ...database.settings, port: 1 });
      expect(await failure(makePlan(nowhere, input))).toMatchObject({ code: 'connection-failed', exitCode: 2 });
    } finally {
      await database.query(`DROP USER ${user}`);
    }
  });
});

describe('changes that the server can do at once', () => {
  test('are told apart from those that need a copy', async () => {
    for (const table of ['a', 'b', 'c', 'd', 'e'])
      await create('id INT PRIMARY KEY, x INT, y VARCHAR(20), KEY k (x)', table);
    const { plan: made } = await plan(
      'ALTER TABLE a ADD n INT DEFAULT 3, RENAME COLUMN x TO xx',
      'ALTER TABLE b MODIFY x BIGINT',
      'ALTER TABLE c DROP INDEX k',
      'ALTER TABLE d ADD INDEX (y)',
      'ALTER TABLE e ADD n INT, ALGORITHM=COPY',
      'ALTER TABLE d ADD m INT',
    );
    expect(made.instantTables).toEqual(['a', 'c', 'e']);
    expect(made.warnings).toEqual(['e: ALGORITHM and LOCK have no meaning for a migration']);
  });
});

describe('the plan as a value', () => {
  test('has the same hash for the same work, another one for anything else', async () => {
    await create('id INT AUTO_INCREMENT PRIMARY KEY');
    const hash = async (alter: string) => (await plan(alter)).plan.hash;
    const first = await hash('ALTER TABLE t ADD x INT');
    await database.query('INSERT INTO t VALUES (500)');
    expect(await hash(`ALTER TABLE ${database.name}.t ADD x INT;`)).toBe(first);
    expect(await hash('ALTER TABLE t ADD x INT;')).toBe(first);
    expect(await hash('ALTER TABLE t ADD x BIGINT')).not.toBe(first);
    await database.query("ALTER TABLE t COMMENT 'another structure'");
    expect(await hash('ALTER TABLE t ADD x INT')).not.toBe(first);
    expect(first).toMatch(/^[0-9a-f]{64}$/);
  });

  test('reads well', async () => {
    await create('id INT PRIMARY KEY, a VARCHAR(9), b INT, KEY k (b)');
    const { plan: made, refusals } = await plan(
      'ALTER TABLE t CHANGE a name VARCHAR(20), DROP b, ADD c INT, ADD UNIQUE KEY u (name(3))',
      'ALTER TABLE nope ADD x INT',
    );
    const text = formatPlan(made, { refusals, connections: 17 });
    for (const line of [
      `Plan for database ${database.name}`,
      'key              PRIMARY (id)',
      'renamed          a to name',
      'added            c int(11)',
      'dropped          b',
      'UNIQUE u (name(3))',
      'indexes dropped  k (b)',
      'unknown-table: there is no table nope',
      'Connections needed: up to 17',
      `Plan hash ${made.hash}`,
    ]) {
      expect(text).toContain(line);
    }
  });
});

describe('the shadow of a plan', () => {
  test('is built as planned', async () => {
    await create('id INT PRIMARY KEY, a INT');
    const { plan: made } = await plan('ALTER TABLE t CHANGE a b BIGINT');
    await createShadow(server, made);
    const session = await server.connect('a test');
    expect(await readTable(session, made.tables[0]!.shadow.name)).toEqual(made.tables[0]!.shadow);
    await session.execute(`DROP DATABASE ${database.name}__shadow`);
    await session.close();
  });

  test('is refused when the source changed meanwhile, or the schema is in use, and what was there stays', async () => {
    await create('id INT PRIMARY KEY, a INT');
    const { plan: made } = await plan('ALTER TABLE t ADD b INT');
    await database.query('ALTER TABLE t ADD z INT');
    expect(await failure(createShadow(server, made))).toMatchObject({ code: 'source-changed' });
    await database.query('ALTER TABLE t DROP z');
    await database.query(`CREATE DATABASE ${database.name}__shadow`);
    await database.query(`CREATE TABLE ${database.name}__shadow.keep (id INT)`);
    expect(await failure(createShadow(server, made))).toMatchObject({ code: 'preflight-refused' });
    expect(await database.query(`SHOW TABLES FROM ${database.name}__shadow`)).toHaveLength(1);
    await database.query(`DROP DATABASE ${database.name}__shadow`);
  });
});

test('statements mean the same under every sql_mode of the server', async () => {
  const host = await startServer({ args: ['--sql-mode=ANSI_QUOTES,NO_BACKSLASH_ESCAPES,NO_ZERO_DATE'] });
  try {
    const own = await testDatabase(host);
    await own.query("CREATE TABLE t (id INT PRIMARY KEY, a INT DEFAULT 5 COMMENT 'b\\')");
    const input = (alter: string) => ({ change: changeOfRecord([alter]), database: own.name });
    // Read with backslashes as escapes, the RENAME is inside the string; the server must read it so, too.
    const { plan: made } = await makePlan(
      new Server(own.settings),
      input(`ALTER TABLE t COMMENT 'x\\' RENAME TO u -- ', ADD b VARCHAR(9) DEFAULT "q"`),
    );
    expect(made.tables[0]!.shadow.createSql).toContain('RENAME TO u --');
    expect(made.tables[0]!.shadow.columns[2]).toMatchObject({ name: 'b', defaultSql: "'q'" });
    expect(made.tables[0]!.source.columns[1]).toMatchObject({ name: 'a', defaultSql: '5' });
  } finally {
    await host.stop();
  }
});
