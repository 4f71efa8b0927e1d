import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Server } from '../../src/db/server.js';
import { TideoverError } from '../../src/errors.js';
import { changeOf, type ChangeOptions } from '../../src/migration/change-options.js';
import { makePlan } from '../../src/plan/make-plan.js';
import { createShadow } from '../../src/plan/shadow.js';
import { testDatabase, type TestDatabase } from '../support/database.js';

/** What SQL files of a migration make of a database's plan. Nothing of ours may be left by a plan, made or failed. */

let database: TestDatabase;
let server: Server;

beforeEach(async () => {
  database = await testDatabase();
  server = new Server(database.settings);
  for (const sql of [
    'CREATE TABLE networks (id INT PRIMARY KEY, name VARCHAR(40), mtu INT)',
    'CREATE TABLE ports (id INT PRIMARY KEY, network_id INT, status VARCHAR(16), CONSTRAINT pn FOREIGN KEY (network_id) REFERENCES networks (id) ON DELETE CASCADE)',
    'CREATE TABLE quotas (id INT PRIMARY KEY, amount INT)',
    'CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)',
    "INSERT INTO networks VALUES (1, 'a', NULL), (2, 'b', 9000)",
    "INSERT INTO ports VALUES (1, 1, 'UP')",
    "INSERT INTO alembic_version VALUES ('one')",
  ]) {
    await database.query(sql);
  }
});

afterEach(async () => {
  const left = await database.query(`SHOW DATABASES LIKE '${database.name}\\_\\_%'`);
  await database.drop();
  expect(left).toEqual([]);
});

function planned(sql: string, more: ChangeOptions = {}) {
  return makePlan(server, { database: database.name, change: changeOf({ sql: [sql], ...more }) });
}

async function failure(work: Promise<unknown>): Promise<TideoverError> {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof TideoverError)) throw new Error(`expected a TideoverError, got ${String(error)}`);
  return error;
}

describe('what becomes of each table', () => {
  test('changed, new with its rows, dropped, untouched, and the version table', async () => {
    const { plan, refusals } = await planned(`
      ALTER TABLE ports ADD COLUMN note VARCHAR(10) NOT NULL DEFAULT '';
      CREATE TABLE colours (id INT PRIMARY KEY, name VARCHAR(10));
      INSERT INTO colours VALUES (1, 'red'), (2, 'green');
      DROP TABLE quotas;
      UPDATE alembic_version SET version_num = 'two' WHERE version_num = 'one';
    `);
    expect(refusals).toEqual([]);
    expect(plan.tables.map(({ table }) => table)).toEqual(['ports']);
    expect(plan.tables[0]!.shadow.createSql).toContain(
      'CONSTRAINT `pn` FOREIGN KEY (`network_id`) REFERENCES `networks`',
    );
    expect(plan.moves).toEqual([
      { kind: 'created', table: 'colours' },
      { kind: 'dropped', table: 'quotas' },
      { kind: 'replaced', table: 'alembic_version' },
    ]);
    expect(plan.origin.moved.map(({ table, rows }) => [table, rows])).toEqual([
      ['colours', 2],
      ['quotas', 0],
      ['alembic_version', 1],
    ]);
    expect(plan.origin.untouched).toBe(1);
    await createShadow(server, plan);
    const shadow = `${database.name}__shadow`;
    const tables = await database.query(`SHOW TABLES FROM ${shadow}`);
    expect(tables.map((row) => Object.values(row)[0])).toEqual(['alembic_version', 'colours', 'ports']);
    expect(await database.query(`SELECT version_num v FROM ${shadow}.alembic_version`)).toEqual([{ v: 'two' }]);
    expect(await database.query(`SELECT * FROM ${shadow}.ports`)).toEqual([]);
    await database.query(`DROP DATABASE ${shadow}`);
  });

  test('a file of plain ALTERs needs no clone of the database', async () => {
    const { plan } = await planned('ALTER TABLE networks ADD COLUMN x INT; CREATE INDEX n ON networks (name);');
    expect(plan.origin.change.source.kind).toBe('statements');
    expect(plan.statements).toHaveLength(2);
  });

  test('the same change twice is the same plan, whatever rows it seeds', async () => {
    const sql = 'CREATE TABLE seeds (id CHAR(36) PRIMARY KEY); INSERT INTO seeds VALUES (UUID());';
    const [one, two] = [await planned(sql), await planned(sql)];
    expect(one.plan.hash).toBe(two.plan.hash);
    expect((await planned(sql.replace('36', '40'))).plan.hash).not.toBe(one.plan.hash);
  });
});

describe('renames', () => {
  test('of a table by statements, with a column', async () => {
    for (const sql of [
      'RENAME TABLE networks TO nets; ALTER TABLE nets CHANGE name title VARCHAR(40);',
      'ALTER TABLE networks RENAME COLUMN name TO title, RENAME TO nets; INSERT INTO alembic_version VALUES (2)',
    ]) {
      const { plan, refusals } = await planned(sql);
      expect(refusals).toEqual([]);
      const mapping = plan.tables.find(({ table }) => table === 'networks')!;
      expect(mapping.shadow.name.table).toBe('nets');
      expect(mapping.renames).toEqual({ name: 'title' });
    }
  });

  test('a table that goes and one that comes are two, unless a rename is declared', async () => {
    const sql = 'DROP TABLE quotas; CREATE TABLE limits (id INT PRIMARY KEY, amount INT);';
    expect((await planned(sql)).plan.moves.map(({ kind }) => kind)).toEqual(['created', 'dropped']);
    const { plan } = await planned(sql, { tableRenames: ['quotas:limits'] });
    expect(plan.moves).toEqual([]);
    expect(plan.tables.map(({ table, shadow }) => [table, shadow.name.table])).toEqual([['quotas', 'limits']]);
  });

  test('a column that goes while another comes, and no statement says so, is ambiguous', async () => {
    const sql = 'DROP TABLE quotas; CREATE TABLE limits (id INT PRIMARY KEY, total INT);';
    const tableRenames = ['quotas:limits'];
    const { refusals } = await planned(sql, { tableRenames });
    expect(refusals).toMatchObject([{ code: 'ambiguous-columns', table: 'quotas' }]);
    expect(refusals[0]!.remedy).toContain('--rename quotas.amount:total');
    const { plan } = await planned(sql, { tableRenames, renames: ['quotas.amount:total'] });
    expect(plan.tables[0]!.renames).toEqual({ amount: 'total' });
  });

  test('of a column, in statements that carry another one', async () => {
    const alter = 'ALTER TABLE networks RENAME COLUMN name TO title';
    for (const sql of [`SET STATEMENT lock_wait_timeout = 9 FOR ${alter}`, `EXECUTE IMMEDIATE '${alter}'`]) {
      const { plan, refusals } = await planned(sql);
      expect(refusals).toEqual([]);
      expect(plan.tables[0]!.renames).toEqual({ name: 'title' });
    }
  });

  test.each([
    [{ renames: ['networks.nam:title'] }, 'no column nam'],
    [{ renames: ['networks.name:titel'] }, 'no column titel'],
    [{ renames: ['nets.name:title'] }, 'no table nets'],
    [{ tableRenames: ['quotas:limits'] }, 'no table limits'],
    [{ maps: ['networks.mtv=1'] }, 'no column mtv'],
    [{ maps: ['networks.mtu=COALESCE(mtv, 1)'] }, 'mtv'],
    [{ maps: ['networks.mtu=(SELECT 1 FROM ports)'] }, 'refused by the server'],
    [{ maps: ['networks.mtu=RAND()'] }, 'refused by the server'],
    [{ acceptDataSteps: ['nets'] }, 'no table nets'],
  ])('%j speaks of nothing', async (declared, fact) => {
    const error = await failure(planned('ALTER TABLE networks RENAME COLUMN name TO title; SELECT 1;', declared));
    expect(error.code).toBe('usage-error');
    expect(error.message).toContain(fact);
  });
});

describe('data steps', () => {
  test.each([
    ['UPDATE networks SET mtu = 1500 WHERE mtu IS NULL', ['networks']],
    ['DELETE FROM ports WHERE status IS NULL', ['ports']],
    ['INSERT INTO quotas VALUES (1, 2)', ['quotas']],
    ['REPLACE INTO quotas SELECT id, mtu FROM networks', ['quotas']],
    ['SELECT id FROM networks WHERE mtu IS NULL', ['networks']],
    ['UPDATE ports p JOIN networks n ON n.id = p.network_id SET p.status = n.name', ['ports']],
    ['CREATE TABLE copies AS SELECT id FROM networks', ['networks']],
    ['TRUNCATE quotas', ['quotas']],
    ['INSERT INTO alembic_version (version_num) VALUES (9)', []],
    ['SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()', []],
    ['SHOW CREATE TABLE networks', []],
    ['SET @most = (SELECT MAX(mtu) FROM networks)', ['networks']],
    ['ANALYZE UPDATE networks SET mtu = 1', ['networks']],
    ['CREATE TABLE seeds (id INT PRIMARY KEY); INSERT INTO seeds VALUES (1); UPDATE seeds SET id = 2', []],
    ['DROP TABLE quotas; CREATE TABLE quotas (id INT PRIMARY KEY)', ['quotas']],
  ])('%s', async (sql, tables) => {
    const { plan, refusals } = await planned(`${sql}; ALTER TABLE ports ADD COLUMN z INT;`);
    expect(plan.origin.dataSteps.flatMap((step) => step.tables)).toEqual(tables);
    expect(refusals.map(({ code }) => code)).toEqual(tables.map(() => 'data-step'));
    const accepted = await planned(`${sql}; ALTER TABLE ports ADD COLUMN z INT;`, { acceptDataSteps: tables });
    expect(accepted.refusals).toEqual([]);
  });

  test.each([
    ['DROP PARTITION p1', 'parts'],
    ['TRUNCATE PARTITION p1', 'parts'],
    ['CONVERT PARTITION p1 TO TABLE gone', 'parts'],
    ['EXCHANGE PARTITION p1 WITH TABLE quotas', 'parts,quotas'],
    ['CONVERT TABLE quotas TO PARTITION p3 VALUES LESS THAN (30)', 'parts,quotas'],
  ])('ALTER TABLE … %s moves rows', async (clause, tables) => {
    await database.query(
      'CREATE TABLE parts (id INT PRIMARY KEY, amount INT) PARTITION BY RANGE (id) (PARTITION p1 VALUES LESS THAN (10), PARTITION p2 VALUES LESS THAN (20))',
    );
    const { plan, refusals } = await planned(`ALTER TABLE parts ${clause}; CREATE TABLE x (id INT PRIMARY KEY);`);
    expect(plan.origin.dataSteps.map((step) => step.tables.join())).toEqual([tables]);
    expect(refusals.map(({ code }) => code)).toEqual(['data-step']);
  });

  test('an expression covers what an UPDATE would have written', async () => {
    const sql = 'UPDATE networks SET mtu = 1500 WHERE mtu IS NULL; ALTER TABLE networks MODIFY mtu INT NOT NULL;';
    const { plan, refusals } = await planned(sql, { maps: ['networks.mtu=COALESCE(mtu,1500)'] });
    expect(refusals).toEqual([]);
    expect(plan.origin.dataSteps.map(({ status }) => status)).toEqual(['mapped']);
    expect(plan.tables[0]!.columns.find(({ shadow }) => shadow.name === 'mtu')!.expression).toBe(
      'coalesce(`mtu`,1500)',
    );
  });

  test('rows that were put into a table that has rows are taken out again when that is accepted', async () => {
    const sql = 'INSERT INTO quotas VALUES (1, 2); ALTER TABLE quotas ADD COLUMN x INT;';
    const { plan } = await planned(sql, { acceptDataSteps: ['quotas'] });
    await createShadow(server, plan);
    expect(await database.query(`SELECT * FROM ${database.name}__shadow.quotas`)).toEqual([]);
    await database.query(`DROP DATABASE ${database.name}__shadow`);
  });
});

describe('what is refused', () => {
  test('a statement that the server does not accept, half-way', async () => {
    const error = await failure(planned('CREATE TABLE a (id INT PRIMARY KEY); CREATE TABLE a (id INT);'));
    expect(error).toMatchObject({ code: 'statement-invalid', exitCode: 2 });
  });

  test('statements that reach the project database or another one', async () => {
    for (const sql of [
      `INSERT INTO ${database.name}.quotas VALUES (7, 7)`,
      `USE ${database.name}; CREATE TABLE stray (id INT PRIMARY KEY)`,
      `CREATE TABLE c AS SELECT id FROM ${database.name}.networks`,
      'ALTER TABLE quotas RENAME mysql.quotas',
      `CREATE VIEW v AS SELECT 1 AS one; DROP TABLE ${database.name}.ports`,
      `ALTER TABLE quotas EXCHANGE PARTITION p WITH TABLE ${database.name}.ports`,
      `ALTER TABLE quotas CONVERT TABLE ${database.name}.ports TO PARTITION p VALUES LESS THAN (9)`,
      `ALTER TABLE quotas ADD FOREIGN KEY (amount) REFERENCES ${database.name}.networks (id)`,
      `CREATE TABLE c (id INT, n INT, FOREIGN KEY (n) REFERENCES ${database.name}.networks (id))`,
      `CREATE TABLE c LIKE ${database.name}.networks`,
      `CREATE TABLE c (LIKE ${database.name}.networks)`,
      `CREATE PROCEDURE p() SELECT 1; DELETE FROM ${database.name}.networks`,
    ]) {
      const error = await failure(planned(sql));
      expect(error, sql).toMatchObject({ code: 'statement-invalid', exitCode: 2, outcome: 'untouched' });
    }
    expect(await database.query('SELECT * FROM quotas WHERE id = 7')).toEqual([]);
    expect(await database.query("SHOW TABLES LIKE 'stray'")).toEqual([]);
    expect(await database.query('SELECT id FROM ports')).toEqual([{ id: '1' }]);
  });

  test('statements of which it cannot be told what they do, before any is run', async () => {
    const { name } = database;
    for (const sql of [
      'CREATE PROCEDURE p() DELETE FROM networks; CALL p()',
      `SET @s = 'DROP TABLE ${name}.ports'; PREPARE p FROM @s; EXECUTE p`,
      `EXECUTE IMMEDIATE CONCAT('DROP TABLE ${name}', '.ports')`,
      'SET GLOBAL max_connections = 7',
      `GRANT SELECT ON ${name}.* TO somebody`,
      'FLUSH TABLES WITH READ LOCK',
      'DELIMITER //',
    ]) {
      const error = await failure(planned(`CREATE TABLE x (id INT PRIMARY KEY); ${sql}`));
      expect(error, sql).toMatchObject({ code: 'statement-invalid', outcome: 'untouched' });
      expect(error.message).toContain('cannot be told');
      expect(error.hint).toContain('plain statements');
    }
    const ansi = await failure(planned(`SET sql_mode = 'ANSI_QUOTES'; DROP TABLE "${name}"."ports"`));
    expect(ansi.message).toContain('sql_mode');
    expect(await database.query('SELECT id FROM ports')).toEqual([{ id: '1' }]);
  });

  test('what is no table', async () => {
    const { refusals } = await planned('CREATE VIEW v AS SELECT 1 AS one; CREATE TABLE x (id INT PRIMARY KEY);');
    expect(refusals).toMatchObject([{ code: 'other-objects' }]);
  });

  test('what the copy does not have, and what it says of itself', async () => {
    await database.query('CREATE VIEW old AS SELECT 1 AS one');
    for (const sql of ['DROP VIEW IF EXISTS old', `ALTER DATABASE CHARACTER SET latin1`]) {
      const { refusals } = await planned(`CREATE TABLE x (id INT PRIMARY KEY); ${sql}`);
      expect(refusals).toMatchObject([{ code: 'other-objects' }]);
      expect(refusals[0]!.message).toContain(sql);
    }
    const { refusals } = await planned('CREATE TABLE x (id INT PRIMARY KEY); DROP VIEW IF EXISTS not_there');
    expect(refusals).toEqual([]);
  });

  test('nothing to do', async () => {
    expect(await failure(planned('SET @a = 1'))).toMatchObject({ code: 'nothing-to-do' });
  });
});
