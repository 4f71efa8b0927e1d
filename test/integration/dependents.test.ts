import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Server } from '../../src/db/server.js';
import { createMigration } from '../../src/migration/create.js';
import { makePlan } from '../../src/plan/make-plan.js';
import { changeOfRecord } from '../../src/plan/source.js';
import type { Plan, Refusal } from '../../src/plan/plan.js';
import { preflight } from '../../src/preflight/preflight.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { startServer, type TestServer } from '../support/server.js';
import { until } from '../support/until.js';

/** Views, stored programs and grants find a table by its name: they go on over the new one, or it is said before that they will not. */

let database: TestDatabase;
/** The name of an account of the test, unique on the shared server. */
let account: (name: string) => string;
let accounts: string[];

beforeEach(async () => {
  database = await testDatabase();
  const suffix = randomBytes(4).toString('hex');
  account = (name) => `'${name}_${suffix}'@'%'`;
  accounts = [];
  await database.query(
    `CREATE TABLE orders (id INT PRIMARY KEY, customer INT NOT NULL, price INT NOT NULL, code VARCHAR(20) COLLATE utf8mb4_general_ci, KEY by_customer (customer))`,
  );
  await database.query('CREATE TABLE customers (id INT PRIMARY KEY, code VARCHAR(20) COLLATE utf8mb4_general_ci)');
  await database.query("INSERT INTO orders SELECT seq, seq % 10, seq * 3, CONCAT('c', seq % 7) FROM seq_1_to_500");
  await database.query("INSERT INTO customers SELECT seq, CONCAT('c', seq) FROM seq_0_to_9");
});
afterEach(async () => {
  if (accounts.length > 0) await database.query(`DROP USER ${accounts.join(', ')}`);
  await database.drop();
});

async function planned(
  alter: string,
  settings = database.settings,
): Promise<{ refusals: readonly Refusal[]; warnings: readonly string[] }> {
  const { plan, refusals } = await createMigration({ connection: settings, alter: [alter] }).plan();
  const left = await database.query(
    `SELECT SCHEMA_NAME s FROM information_schema.SCHEMATA WHERE SCHEMA_NAME LIKE '${database.name}\\\\_\\\\_%'`,
  );
  expect(left).toEqual([]);
  return { refusals, warnings: plan.warnings.filter((warning) => !warning.includes('disk space')) };
}

/** Creates the account and what it is granted. It is dropped after the test. */
async function createAccount(name: string, ...grants: readonly string[]): Promise<string> {
  await database.query(`CREATE USER ${account(name)} IDENTIFIED BY 'secret'`);
  accounts.push(account(name));
  for (const grant of grants) await database.query(`GRANT ${grant} TO ${account(name)}`);
  return account(name);
}

function as(name: string): Server {
  return new Server({ ...database.settings, user: account(name).split("'")[1]!, password: 'secret' });
}

describe('views', () => {
  const drop = 'ALTER TABLE orders DROP COLUMN price';

  test.each<[what: string, view: string, alter: string, message: RegExp]>([
    [
      'a dropped column',
      'SELECT o.id, o.price FROM orders o',
      drop,
      /view `\w+`\.`v` would not work any more: Unknown column 'o\.price'.*; it names orders\.price, which is dropped/,
    ],
    [
      'a column in a condition alone',
      'SELECT id FROM orders WHERE price > 3',
      drop,
      /Unknown column '\w+\.orders\.price'/,
    ],
    ['all columns', 'SELECT * FROM orders', drop, /orders\.price, which is dropped/],
    [
      'a column in a subquery',
      'SELECT id FROM customers c WHERE EXISTS (SELECT 1 FROM orders WHERE customer = c.id AND price > 1)',
      drop,
      /orders\.price, which is dropped/,
    ],
    [
      'a renamed column',
      'WITH dear AS (SELECT id, price FROM orders) SELECT id FROM dear WHERE price > 100',
      'ALTER TABLE orders CHANGE price cost INT NOT NULL',
      /orders\.price, which is renamed to cost/,
    ],
    [
      'an index by name',
      'SELECT id FROM orders FORCE INDEX (by_customer) WHERE customer = 1',
      'ALTER TABLE orders DROP KEY by_customer',
      /Key 'by_customer' doesn't exist/,
    ],
    [
      'a collation that goes with another table’s',
      'SELECT o.id FROM orders o JOIN customers c ON o.code = c.code',
      'ALTER TABLE orders MODIFY code VARCHAR(20) COLLATE utf8mb4_unicode_ci',
      /Illegal mix of collations/,
    ],
  ])('%s: the view would break, and so it is refused', async (_what, query, alter, message) => {
    await database.query(`CREATE VIEW v AS ${query}`);
    const { refusals } = await planned(alter);
    expect(refusals).toMatchObject([{ code: 'view-would-break', table: 'orders' }]);
    expect(refusals[0]!.message).toMatch(message);
    expect(refusals[0]!.message).not.toContain('__plan_');
    // And the server agrees.
    await database.query(alter);
    await expect(database.query('SELECT * FROM v')).rejects.toThrow();
  });

  test('views that need nothing of what vanishes, and views over views, are no matter', async () => {
    await database.query('CREATE FUNCTION twice(n INT) RETURNS INT DETERMINISTIC RETURN 2 * n');
    await database.query("CREATE VIEW v AS SELECT id, twice(customer) t, 'it''s \\\\ price' p FROM orders");
    await database.query('CREATE VIEW price AS SELECT id AS price FROM v JOIN customers c USING (id)');
    expect(await planned(drop)).toEqual({ refusals: [], warnings: [] });
  });

  test('a view in another schema counts, too', async () => {
    const other = `${database.name}_reports`;
    await database.query(`CREATE DATABASE ${other}`);
    try {
      await database.query(`CREATE VIEW ${other}.prices AS SELECT price FROM orders`);
      const { refusals } = await planned(drop);
      expect(refusals).toMatchObject([{ code: 'view-would-break' }]);
      expect(refusals[0]!.message).toContain(`\`${other}\`.\`prices\``);
    } finally {
      await database.query(`DROP DATABASE ${other}`);
    }
  });

  test('what is broken already, what nobody can tell, and what means something else afterwards is told', async () => {
    await database.query('CREATE TABLE temporary (id INT)');
    await database.query('CREATE VIEW broken AS SELECT price FROM orders JOIN temporary USING (id)');
    await database.query('DROP TABLE temporary');
    await database.query(`CREATE DEFINER = ${account('ghost')} VIEW haunted AS SELECT price FROM orders`);
    await database.query(`CREATE VIEW odd AS SELECT ${database.name}.price FROM orders ${database.name}`);
    const { refusals, warnings } = await planned(drop);
    expect(refusals).toEqual([]);
    expect(warnings).toEqual([
      expect.stringMatching(/`broken` does not work even now: .*invalid table/),
      expect.stringMatching(/`haunted` does not work even now: .*definer .* does not exist/),
      expect.stringMatching(/`odd` could not be checked/),
    ]);
    await database.query('DROP VIEW broken, haunted, odd');
    await database.query('CREATE VIEW v AS SELECT price FROM orders');
    const swapped = await planned(
      'ALTER TABLE orders CHANGE price customer INT NOT NULL, CHANGE customer price INT NOT NULL',
    );
    expect(swapped.refusals).toEqual([]);
    expect(swapped.warnings).toEqual([
      expect.stringMatching(/view .*`v` names orders\.price, which is another column afterwards/),
    ]);
  });

  test('a table that waits for somebody’s DDL makes no view broken', async () => {
    await database.query('CREATE VIEW v AS SELECT o.id FROM orders o JOIN customers c ON o.customer = c.id');
    const [reader, changer] = [await database.connect(), await database.connect()];
    await reader.execute('LOCK TABLES customers READ');
    const change = changer.execute('RENAME TABLE customers TO moved');
    const states = async () =>
      (await database.query('SHOW PROCESSLIST')).filter((row) => row['Id'] === String(changer.id));
    await until(async () => (await states()).some((row) => /metadata lock/.test(row['State'] ?? '')));
    try {
      expect(await planned(drop)).toEqual({
        refusals: [],
        warnings: [expect.stringMatching(/`v` could not be checked: Lock wait timeout/)],
      });
    } finally {
      await reader.close();
      await change;
      await changer.close();
    }
  });

  test('a view that the user may not look into is refused when something vanishes, with the grant that helps', async () => {
    await database.query('CREATE VIEW v AS SELECT id FROM orders');
    const { name } = database;
    const pattern = `\`${name.replaceAll('_', '\\_')}\\_\\_%\``;
    const op = await createAccount(
      'op',
      'REPLICATION SLAVE, BINLOG MONITOR, RELOAD, PROCESS ON *.*',
      `SELECT, INSERT, ALTER, DROP, CREATE, TRIGGER, LOCK TABLES ON ${name}.*`,
      `ALL ON ${pattern}.*`,
      'ALL ON tideover.*',
    );
    const { settings } = as('op');
    const { refusals, warnings } = await planned(drop, settings);
    expect(refusals).toMatchObject([
      { code: 'missing-privileges', remedy: expect.stringContaining('SHOW VIEW') as string },
    ]);
    expect(warnings.join('\n')).toMatch(
      /stored programs .* was not checked: routines \(SELECT ON mysql\.proc\); events \(EVENT ON [^;]*\)$/m,
    );
    expect(warnings.join('\n')).toMatch(/grants of other accounts .* were not looked for/);
    expect(await planned('ALTER TABLE orders ADD note INT', settings)).toEqual({
      refusals: [],
      warnings: [expect.stringMatching(/views that the user may not look into were not checked: .*`v`/)],
    });
    await database.query(`GRANT SHOW VIEW ON ${name}.* TO ${op}`);
    expect((await planned(drop, settings)).refusals).toEqual([]);
    await database.query('CREATE FUNCTION twice(n INT) RETURNS INT DETERMINISTIC RETURN 2 * n');
    await database.query('CREATE VIEW called AS SELECT twice(id) d, price FROM orders');
    const { refusals: none, warnings: told } = await planned(drop, settings);
    expect(none).toEqual([]);
    expect(told).toContainEqual(expect.stringMatching(/`called` could not be checked: execute command denied/));
  });
});

describe('stored programs', () => {
  test('what they name and what will not be there is told', async () => {
    await database.query(
      'CREATE FUNCTION price_of(o INT) RETURNS INT READS SQL DATA RETURN (SELECT PRICE FROM orders WHERE id = o)',
    );
    await database.query('CREATE PROCEDURE add_order() INSERT INTO orders VALUES (0, 0, 0, NULL)');
    await database.query('CREATE PROCEDURE set_customer(price INT) UPDATE orders SET customer = price WHERE id = 0');
    await database.query('CREATE PROCEDURE other(n INT) SELECT price FROM prices');
    await database.query('CREATE PROCEDURE fine() UPDATE orders SET customer = 2 WHERE id = 0');
    await database.query(
      'CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY DISABLE DO UPDATE orders SET price = 0 WHERE id = 0',
    );
    await database.query(
      'CREATE TRIGGER greet AFTER INSERT ON customers FOR EACH ROW UPDATE orders SET price = 1 WHERE customer = NEW.id',
    );
    const other = `${database.name}_reports`;
    await database.query(`CREATE DATABASE ${other}`);
    await database.query(`CREATE PROCEDURE ${other}.report() SELECT * FROM ${database.name}.orders`);
    await database.query(`CREATE PROCEDURE ${other}.own() SELECT price FROM orders`);
    try {
      const { refusals, warnings } = await planned('ALTER TABLE orders CHANGE price cost INT NOT NULL, ADD note INT');
      expect(refusals).toEqual([]);
      const [fate, columns] = [
        'orders.price, which is renamed to cost',
        'the columns of orders as they come, and they become others',
      ];
      const here = `\`${database.name}\``;
      expect(warnings).toEqual(
        [
          `procedure ${here}.\`add_order\` names ${columns}`,
          `function ${here}.\`price_of\` names ${fate}`,
          // A parameter is called so: nobody can tell.
          `procedure ${here}.\`set_customer\` names ${fate}`,
          `procedure \`${other}\`.\`report\` names ${columns}`,
          `event ${here}.\`nightly\` names ${fate}`,
          `trigger ${here}.\`greet\` names ${fate}`,
        ].map((text) => expect.stringContaining(text) as string),
      );
      expect(await planned('ALTER TABLE orders ADD INDEX (price)')).toEqual({ refusals: [], warnings: [] });
    } finally {
      await database.query(`DROP DATABASE ${other}`);
    }
  });

  test('a definer that is not there, or that may do nothing with the table, is told', async () => {
    const poor = await createAccount('poor');
    const fine = await createAccount('fine', `UPDATE ON ${database.name}.orders`);
    await database.query(`CREATE DEFINER = ${account('ghost')} PROCEDURE a() SELECT id FROM orders`);
    await database.query(`CREATE DEFINER = ${poor} PROCEDURE b() SELECT id FROM orders`);
    await database.query(`CREATE DEFINER = ${poor} PROCEDURE c() SQL SECURITY INVOKER SELECT id FROM orders`);
    await database.query(`CREATE DEFINER = ${fine} PROCEDURE d() UPDATE orders SET price = 1`);
    await database.query(`CREATE DEFINER = ${poor} PROCEDURE e() SELECT id FROM customers`);
    const { refusals, warnings } = await planned('ALTER TABLE orders ADD note INT');
    expect(refusals).toEqual([]);
    expect(warnings).toEqual([
      expect.stringMatching(/procedure .*`a` does not work even now: its definer ghost_\w+@% does not exist/),
      expect.stringMatching(/procedure .*`b` names .*`orders`, on which its definer poor_\w+@% has no rights/),
    ]);
  });
});

describe('grants', () => {
  test('on columns that are renamed or dropped are told, with the GRANT to run', async () => {
    const { name } = database;
    const clerk = await createAccount(
      'clerk',
      `SELECT (id, price), UPDATE (price) ON ${name}.orders`,
      `INSERT ON ${name}.orders`,
    );
    const auditor = await createAccount('auditor', `SELECT (code) ON ${name}.orders`);
    const { refusals, warnings } = await planned('ALTER TABLE orders CHANGE price cost INT NOT NULL, DROP COLUMN code');
    expect(refusals).toEqual([]);
    expect([...warnings].sort()).toEqual([
      `${auditor} has SELECT on orders.code, which is dropped: the grant goes nowhere`,
      `${clerk} has SELECT, UPDATE on orders.price, which is renamed to cost: the grant stays with the old name. After the cutover: GRANT SELECT (\`cost\`), UPDATE (\`cost\`) ON \`${name}\`.\`orders\` TO ${clerk}`,
    ]);
    // It is enough, and the rest stays.
    await createMigration({
      connection: database.settings,
      alter: ['ALTER TABLE orders CHANGE price cost INT NOT NULL'],
    }).run();
    const session = await as('clerk').connectPlain('a test');
    await expect(session.query(`SELECT cost FROM ${name}.orders WHERE id = 1`)).rejects.toMatchObject({ errno: 1143 });
    await database.query(/GRANT .*/.exec(warnings.find((text) => text.startsWith(clerk))!)![0]);
    expect(await session.query(`SELECT id, cost FROM ${name}.orders WHERE id = 1`)).toEqual([{ id: '1', cost: '3' }]);
    await session.close();
  });
});

describe('tables that go', () => {
  /** What every check says of the plan, with what the statement cannot say put in by hand. */
  async function judged(change: (plan: Plan) => Plan) {
    const server = new Server(database.settings);
    const asked = changeOfRecord(['ALTER TABLE orders ADD note INT']);
    const { plan } = await makePlan(server, { database: database.name, change: asked });
    const warnings: string[] = [];
    const refusals = await server.withSession('preflight', (session) =>
      preflight({
        server,
        session,
        plan: change(plan),
        resuming: false,
        onWarning: (warning) => warnings.push(warning),
      }),
    );
    return { refusals, warnings: warnings.filter((warning) => !warning.includes('disk space')) };
  }

  test('dropped: views are refused, programs and grants are told', async () => {
    const clerk = await createAccount('clerk', `SELECT, UPDATE ON ${database.name}.customers`);
    await database.query('CREATE VIEW v AS SELECT o.id FROM orders o JOIN customers c ON o.customer = c.id');
    await database.query('CREATE PROCEDURE p() DELETE FROM customers WHERE id = 0');
    const { refusals, warnings } = await judged((plan) => ({
      ...plan,
      moves: [{ kind: 'dropped', table: 'customers' }],
    }));
    expect(refusals).toMatchObject([{ code: 'view-would-break' }]);
    expect(refusals[0]!.message).toMatch(/Table '\w+\.customers' doesn't exist; it names customers, which is dropped/);
    expect(warnings).toEqual([
      `procedure \`${database.name}\`.\`p\` names customers, which is dropped`,
      `${clerk} has SELECT, UPDATE on \`${database.name}\`.\`customers\`, which is dropped: the grant stays, and would hold for a new table of that name`,
    ]);
  });

  test('renamed: the same', async () => {
    const { name } = database;
    const clerk = await createAccount('clerk', `SELECT, UPDATE (price) ON ${name}.orders`);
    await database.query('CREATE VIEW v AS SELECT id FROM orders');
    await database.query('CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO DELETE FROM orders WHERE id = 0');
    const { refusals, warnings } = await judged((plan) => ({
      ...plan,
      tables: plan.tables.map((mapping) => ({
        ...mapping,
        shadow: {
          ...mapping.shadow,
          name: { ...mapping.shadow.name, table: 'sales' },
          createSql: mapping.shadow.createSql.replace('`orders`', '`sales`'),
        },
      })),
    }));
    expect(refusals).toMatchObject([{ code: 'view-would-break', table: 'orders' }]);
    expect(refusals[0]!.message).toContain('it names orders, which is renamed to sales');
    expect(warnings).toEqual([
      `event \`${name}\`.\`e\` names orders, which is renamed to sales`,
      `${clerk} has SELECT, UPDATE (price) on \`${name}\`.\`orders\`, which is renamed to sales: the grant stays with the old name. After the cutover: GRANT SELECT, UPDATE (price) ON \`${name}\`.\`sales\` TO ${clerk}`,
    ]);
  });
});

describe('after the swap', () => {
  let host: TestServer;
  beforeAll(async () => {
    host = await startServer();
  });
  afterAll(() => host.stop());

  test('view, function, procedure, event, foreign triggers and grants work as before', async () => {
    const shop = await testDatabase(host);
    const { name } = shop;
    await shop.query(
      'CREATE TABLE orders (id INT PRIMARY KEY AUTO_INCREMENT, customer INT NOT NULL, price INT NOT NULL, old INT)',
    );
    await shop.query('CREATE TABLE customers (id INT PRIMARY KEY)');
    await shop.query('INSERT INTO orders (customer, price) SELECT seq % 10, seq FROM seq_1_to_2000');
    await shop.query('CREATE VIEW sums AS SELECT customer, SUM(price) total, COUNT(*) n FROM orders GROUP BY customer');
    await shop.query('CREATE VIEW best AS SELECT customer FROM sums ORDER BY total DESC LIMIT 1');
    await shop.query('CREATE VIEW entry AS SELECT customer, price FROM orders WHERE price >= 0 WITH CHECK OPTION');
    await shop.query(
      'CREATE FUNCTION total(c INT) RETURNS INT READS SQL DATA RETURN (SELECT SUM(price) FROM orders WHERE customer = c)',
    );
    await shop.query('CREATE PROCEDURE buy(c INT, p INT) INSERT INTO orders (customer, price) VALUES (c, p)');
    await shop.query(
      'CREATE TRIGGER first_order AFTER INSERT ON customers FOR EACH ROW INSERT INTO orders (customer, price) VALUES (NEW.id, 7)',
    );
    await shop.query('CREATE TABLE ticks (n INT PRIMARY KEY AUTO_INCREMENT)');
    await shop.query(
      `CREATE EVENT tick ON SCHEDULE EVERY 1 SECOND DO BEGIN
         UPDATE orders SET price = price + 1 WHERE id = 1; INSERT INTO ticks VALUES (); END`,
    );
    await shop.query("CREATE USER clerk@'%' IDENTIFIED BY 'secret'");
    await shop.query("CREATE USER reader@'%' IDENTIFIED BY 'secret'");
    await shop.query(`GRANT SELECT, INSERT ON ${name}.orders TO clerk@'%'`);
    await shop.query(`GRANT SELECT (id, price) ON ${name}.orders TO reader@'%'`);
    await shop.query(`GRANT SELECT ON ${name}.sums TO reader@'%'`);
    await shop.query(`GRANT EXECUTE ON PROCEDURE ${name}.buy TO reader@'%'`);
    await shop.query('SET GLOBAL event_scheduler = ON');
    const clerk = await new Server({ ...shop.settings, user: 'clerk', password: 'secret' }).connectPlain('a test');
    const reader = await new Server({ ...shop.settings, user: 'reader', password: 'secret' }).connectPlain('a test');

    /** What they do, in sessions that live through the swap: what the server keeps of programs per session must not be stale. */
    let customer = 100;
    const works = async (): Promise<void> => {
      customer += 10;
      await shop.query(`CALL buy(${customer}, 11)`);
      await reader.execute(`CALL ${name}.buy(${customer}, 5)`);
      await shop.query(`INSERT INTO entry VALUES (${customer}, 1)`);
      await expect(shop.query('INSERT INTO entry VALUES (1, -1)')).rejects.toMatchObject({ errno: 1369 });
      await shop.query(`INSERT INTO customers VALUES (${customer})`);
      await clerk.execute(`INSERT INTO ${name}.orders (customer, price) VALUES (${customer}, 100)`);
      expect(
        await shop.query(`SELECT total(${customer}) t, (SELECT total FROM sums WHERE customer = ${customer}) s`),
      ).toEqual([{ t: '124', s: '124' }]);
      expect(await reader.query(`SELECT n FROM ${name}.sums WHERE customer = ${customer}`)).toEqual([{ n: '5' }]);
      expect(await shop.query('SELECT COUNT(*) n FROM best')).toEqual([{ n: '1' }]);
      expect(await reader.query(`SELECT price FROM ${name}.orders WHERE id = 2`)).toEqual([{ price: '2' }]);
      await expect(reader.query(`SELECT customer FROM ${name}.orders`)).rejects.toMatchObject({ errno: 1143 });
      await expect(clerk.execute(`DELETE FROM ${name}.orders`)).rejects.toMatchObject({ errno: 1142 });
    };
    /** Another tick of the event, seen. */
    const ticks = async (): Promise<void> => {
      const count = async (): Promise<number> => Number((await shop.query('SELECT COUNT(*) n FROM ticks'))[0]!['n']);
      const before = await count();
      await until(async () => (await count()) > before);
    };

    await ticks();
    await works();
    const alter = [
      "ALTER TABLE orders DROP COLUMN old, ADD COLUMN note VARCHAR(9) NOT NULL DEFAULT 'x' FIRST, MODIFY price BIGINT NOT NULL",
    ];
    const migration = createMigration({
      connection: shop.settings,
      alter,
      hooks: { 'before-copy': [works, ticks], 'before-cutover': [works, ticks] },
    });
    const report = await migration.run();
    expect(report).toMatchObject({ lostWrites: 0, rowsRepaired: 0 });
    await works();
    await ticks();
    // The event's updates before and after the swap are in the new table: one for each tick.
    await shop.query('ALTER EVENT tick DISABLE');
    await shop.query('SET GLOBAL event_scheduler = OFF');
    expect(
      await shop.query('SELECT price - 1 - (SELECT COUNT(*) FROM ticks) difference, note FROM orders WHERE id = 1'),
    ).toEqual([{ difference: '0', note: 'x' }]);
    await clerk.close();
    await reader.close();
    await shop.drop();
  });
});
