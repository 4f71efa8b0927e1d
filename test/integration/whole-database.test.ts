import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMigration } from '../../src/migration/create.js';
import { readForeignKeys } from '../../src/schema/foreign-keys.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { withSession } from '../support/sessions.js';

/** A database as a project's own migration leaves it: every kind of table in one run, foreign keys in all directions, and the service goes on. */

let database: TestDatabase;
beforeEach(async () => {
  database = await testDatabase();
});
afterEach(() => database.drop());

/** Those that concern the live tables, in the order of their names. */
async function foreignKeys(): Promise<string[]> {
  const keys = await withSession(database, (session) => readForeignKeys(session, database.name));
  return keys
    .map(
      ({ name, child, parent, onDelete }) =>
        `${name}: ${child.schema}.${child.table} → ${parent.schema}.${parent.table} ${onDelete}`,
    )
    .sort();
}

const create = [
  'CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)',
  "INSERT INTO alembic_version VALUES ('ocata')",
  'CREATE TABLE projects (id INT PRIMARY KEY, name VARCHAR(40) NOT NULL)',
  'CREATE TABLE networks (id INT PRIMARY KEY, project_id INT, mtu INT, CONSTRAINT net_project FOREIGN KEY (project_id) REFERENCES projects (id) ON DELETE CASCADE)',
  'CREATE TABLE ports (id INT PRIMARY KEY, network_id INT NOT NULL, n INT NOT NULL DEFAULT 0, CONSTRAINT port_net FOREIGN KEY (network_id) REFERENCES networks (id) ON DELETE CASCADE)',
  'CREATE TABLE bindings (port_id INT PRIMARY KEY, host VARCHAR(40), CONSTRAINT bind_port FOREIGN KEY (port_id) REFERENCES ports (id) ON DELETE CASCADE)',
  'CREATE TABLE segments (id INT PRIMARY KEY, network_id INT, CONSTRAINT seg_net FOREIGN KEY (network_id) REFERENCES networks (id) ON DELETE SET NULL)',
  'CREATE TABLE legacy (id INT PRIMARY KEY, network_id INT, CONSTRAINT legacy_net FOREIGN KEY (network_id) REFERENCES networks (id))',
  "INSERT INTO projects SELECT seq, CONCAT('p', seq) FROM seq_1_to_100",
  'INSERT INTO networks SELECT seq, 1 + seq % 100, IF(seq % 3, NULL, 1400) FROM seq_1_to_1000',
  'INSERT INTO ports (id, network_id) SELECT seq, 1 + seq % 1000 FROM seq_1_to_4000',
  "INSERT INTO bindings SELECT seq, CONCAT('host', seq % 7) FROM seq_1_to_4000",
  'INSERT INTO segments SELECT seq, 1 + seq % 1000 FROM seq_1_to_1000',
];

const upgrade = `
  CREATE TABLE quotas (id INT AUTO_INCREMENT PRIMARY KEY, project_id INT, amount INT NOT NULL, CONSTRAINT quota_project FOREIGN KEY (project_id) REFERENCES projects (id));
  INSERT INTO quotas (amount) VALUES (10), (20);
  UPDATE networks SET mtu = 1500 WHERE mtu IS NULL;
  ALTER TABLE networks MODIFY mtu INT NOT NULL, ADD COLUMN note VARCHAR(20) NOT NULL DEFAULT '';
  ALTER TABLE bindings ADD COLUMN vif VARCHAR(20) NULL, ADD INDEX by_host (host);
  DROP TABLE legacy;
  UPDATE alembic_version SET version_num = 'zed';
`;

test('changed, new, dropped, untouched and version tables go live together, and every foreign key holds', async () => {
  for (const statement of create) await database.query(statement);
  const write =
    (...statements: string[]) =>
    async () => {
      for (const statement of statements) await database.query(statement);
    };
  const migration = createMigration({
    connection: database.settings,
    sql: [upgrade],
    maps: ['networks.mtu=COALESCE(mtu, 1500)'],
    chunkTimeMs: 20,
    hooks: {
      'before-copy': [
        write(
          'DELETE FROM projects WHERE id = 7',
          'DELETE FROM networks WHERE id IN (10, 11, 12)',
          'DELETE FROM ports WHERE id % 50 = 0',
        ),
      ],
      'before-cutover': [
        write(
          'DELETE FROM projects WHERE id = 8',
          'DELETE FROM networks WHERE id = 20',
          'INSERT INTO networks VALUES (5000, 9, NULL)',
          'INSERT INTO ports (id, network_id) VALUES (9000, 5000)',
          "INSERT INTO bindings VALUES (9000, 'new')",
        ),
      ],
    },
  });
  const plan = await migration.plan();
  expect(plan.refusals).toEqual([]);
  expect(plan.plan.tables.map(({ table }) => table).sort()).toEqual(['bindings', 'networks']);
  expect(plan.plan.moves.map(({ kind, table }) => `${kind} ${table}`).sort()).toEqual([
    'created quotas',
    'dropped legacy',
    'replaced alembic_version',
  ]);
  const report = await migration.run();
  expect(report).toMatchObject({ lostWrites: 0, rowsRepaired: 0 });

  const rows = async (sql: string) => database.query(sql);
  expect(await rows('SELECT version_num FROM alembic_version')).toEqual([{ version_num: 'zed' }]);
  expect(await rows('SELECT amount FROM quotas ORDER BY id')).toEqual([{ amount: '10' }, { amount: '20' }]);
  expect(await rows('SELECT COUNT(*) n FROM networks WHERE project_id IN (7, 8) OR id IN (10, 11, 12, 20)')).toEqual([
    { n: '0' },
  ]);
  expect(await rows('SELECT id, mtu, note FROM networks WHERE id = 5000')).toEqual([
    { id: '5000', mtu: '1500', note: '' },
  ]);
  expect(
    await rows('SELECT COUNT(*) n FROM bindings b LEFT JOIN ports p ON p.id = b.port_id WHERE p.id IS NULL'),
  ).toEqual([{ n: '0' }]);
  expect(await rows('SELECT (SELECT COUNT(*) FROM bindings) = (SELECT COUNT(*) FROM ports) same')).toEqual([
    { same: '1' },
  ]);

  const db = database.name;
  expect(await foreignKeys()).toEqual([
    `bind_port: ${db}.bindings → ${db}.ports CASCADE`,
    `net_project: ${db}.networks → ${db}.projects CASCADE`,
    `port_net: ${db}.ports → ${db}.networks CASCADE`,
    `quota_project: ${db}.quotas → ${db}.projects RESTRICT`,
    `seg_net: ${db}.segments → ${db}.networks SET NULL`,
  ]);
  // And they work: through a re-pointed child down to a migrated grandchild.
  await database.query('DELETE FROM projects WHERE id = 9');
  expect(await rows('SELECT COUNT(*) n FROM bindings WHERE port_id = 9000')).toEqual([{ n: '0' }]);
  await expect(database.query('INSERT INTO bindings (port_id) VALUES (123456)')).rejects.toThrow('foreign key');
});

test('no more connections are used than the plan says', async () => {
  for (const statement of create) await database.query(statement);
  const user = `${database.name}_few`;
  await database.query(`CREATE USER ${user} IDENTIFIED BY 'few'`);
  try {
    await database.query(`GRANT ALL ON *.* TO ${user}`);
    const options = {
      connection: { ...database.settings, user, password: 'few' },
      sql: [upgrade],
      maps: ['networks.mtu=COALESCE(mtu, 1500)'],
    };
    const { connections } = await createMigration(options).plan();
    await database.query(`ALTER USER ${user} WITH MAX_USER_CONNECTIONS ${connections - 1}`);
    await expect(createMigration(options).run()).rejects.toMatchObject({
      code: 'preflight-refused',
      message: `too-few-connections: the run needs up to ${connections} connections, and its account may have ${connections - 1}`,
    });
    await database.query(`ALTER USER ${user} WITH MAX_USER_CONNECTIONS ${connections}`);
    expect(await createMigration(options).run()).toMatchObject({ lostWrites: 0 });
    expect(await database.query('SELECT version_num FROM alembic_version')).toEqual([{ version_num: 'zed' }]);
  } finally {
    await database.query(`DROP USER ${user}`);
  }
});

test('new tables alone are moved in', async () => {
  await database.query('CREATE TABLE parent (id INT PRIMARY KEY)');
  await database.query('INSERT INTO parent VALUES (1)');
  const report = await createMigration({
    connection: database.settings,
    sql: [
      'CREATE TABLE child (id INT PRIMARY KEY, p INT, CONSTRAINT c_p FOREIGN KEY (p) REFERENCES parent (id)); INSERT INTO child (id) VALUES (5)',
    ],
  }).run();
  expect(report.lostWrites).toBe(0);
  expect(await database.query('SELECT id FROM child')).toEqual([{ id: '5' }]);
  await database.query('INSERT INTO child VALUES (6, 1)');
  await expect(database.query('INSERT INTO child VALUES (7, 2)')).rejects.toThrow('foreign key');
});

test('a renamed table keeps its rows under the new name, its children and its counter', async () => {
  await database.query('CREATE TABLE old_name (id INT AUTO_INCREMENT PRIMARY KEY, v INT)');
  await database.query(
    'CREATE TABLE child (id INT PRIMARY KEY, p INT, CONSTRAINT c_p FOREIGN KEY (p) REFERENCES old_name (id) ON DELETE CASCADE)',
  );
  await database.query('INSERT INTO old_name SELECT seq, seq FROM seq_1_to_50');
  await database.query('INSERT INTO child SELECT seq, seq FROM seq_1_to_50');
  await database.query('DELETE FROM old_name WHERE id > 40');
  await createMigration({
    connection: database.settings,
    sql: ['RENAME TABLE old_name TO new_name; ALTER TABLE new_name ADD COLUMN w INT NOT NULL DEFAULT 3'],
  }).run();
  expect(await database.query('SELECT COUNT(*) n, SUM(w) w FROM new_name')).toEqual([{ n: '40', w: '120' }]);
  await database.query('INSERT INTO new_name (v) VALUES (1)');
  expect(await database.query('SELECT MAX(id) id FROM new_name')).toEqual([{ id: '51' }]);
  await database.query('DELETE FROM new_name WHERE id = 1');
  expect(await database.query('SELECT COUNT(*) n FROM child')).toEqual([{ n: '39' }]);
});

test('triggers go along to the new table, in their order, and the old one has none', async () => {
  await database.query('CREATE TABLE t (id INT PRIMARY KEY, v INT)');
  await database.query('CREATE TABLE log (id INT AUTO_INCREMENT PRIMARY KEY, what VARCHAR(40))');
  for (const [name, timing, body] of [
    ['first', 'BEFORE INSERT', 'SET NEW.v = COALESCE(NEW.v, 7)'],
    ['second', 'AFTER INSERT', "INSERT INTO log (what) VALUES (CONCAT('in ', NEW.id, '=', NEW.v))"],
    ['third', 'AFTER DELETE', "INSERT INTO log (what) VALUES (CONCAT('out ', OLD.id))"],
  ])
    await database.query(`CREATE TRIGGER ${name!} ${timing!} ON t FOR EACH ROW ${body!}`);
  await database.query('INSERT INTO t (id) VALUES (1), (2)');
  await createMigration({
    connection: database.settings,
    alter: ['ALTER TABLE t ADD COLUMN note INT NOT NULL DEFAULT 3'],
  }).run();
  await database.query('INSERT INTO t (id) VALUES (3)');
  await database.query('DELETE FROM t WHERE id = 1');
  expect(await database.query('SELECT what FROM log ORDER BY id')).toEqual(
    ['in 1=7', 'in 2=7', 'in 3=7', 'out 1'].map((what) => ({ what })),
  );
  expect(
    await database.query(
      `SELECT TRIGGER_NAME n FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA IN ('${database.name}', '${database.name}__retired') AND EVENT_OBJECT_TABLE = 't' AND EVENT_OBJECT_SCHEMA = '${database.name}' ORDER BY 1`,
    ),
  ).toEqual([{ n: 'first' }, { n: 'second' }, { n: 'third' }]);
});
