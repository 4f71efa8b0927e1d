import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { runToolCommand } from '../../src/plan/run-command.js';
import type { TestDatabase } from '../support/database.js';
import { seedFromEnvironment } from '../support/ledger/random.js';
import { fillNeutron, NeutronService } from '../support/neutron-service.js';
import { neutronDataSteps, neutronDbManage, ocata, openStack, type OpenStack } from '../support/openstack.js';
import { startServer, type TestServer } from '../support/server.js';
import { startTideover } from '../support/tideover.js';

/** Neutron's whole database goes from Ocata to Zed by its own command, with rows and while its service writes. */

const extent = { networks: 50_000, ports: 200_000 };
const writers = 8;
/** Of the service, before the run and after it. */
const transactionsAround = 1_000;

let services: OpenStack;
let server: TestServer;

beforeAll(async () => {
  services = await openStack();
  server = await startServer({
    durable: true,
    args: ['--innodb-buffer-pool-size=2G', '--innodb-log-file-size=1G', '--max-connections=1000'],
  });
});
afterAll(() => server.stop());

test('every row is where the command itself and the service would have it', async () => {
  const database = await ocata(server);
  // The same rows, changed by the command itself; then the service's transactions are repeated there.
  const control = await ocata(server);
  await fillNeutron(database, extent);
  await fillNeutron(control, extent);
  const command = neutronDbManage(services);
  const seed = seedFromEnvironment();
  console.log(`seed ${seed}`);

  const service = new NeutronService(database, extent, { writers, seed });
  onTestFinished(() => service.stop().then(() => undefined));
  await service.progress(transactionsAround);
  const args = ['run', '--dsn', `mariadb://root@127.0.0.1:${server.port}/${database.name}`, '--json'];
  const accepted = neutronDataSteps.flatMap((table) => ['--accept-data-step', table]);
  const run = startTideover(
    [...args, '--command', command, '--map', 'networks.mtu=1500', ...accepted, '--cutover-deadline', '10000'],
    { TIDEOVER_PASSWORD: '' },
  );
  const ended = await run.ended;
  expect(ended.code, ended.stdout.slice(-4000) + ended.stderr).toBe(0);
  await service.progress(transactionsAround);
  const acknowledged = await service.stop();

  const at = (name: string): number => Date.parse(String(ended.events.find(({ event }) => event === name)!['at']));
  const [from, to] = [at('cutover:attempted') - 100, at('run:finished') + 100];
  const report = ended.events.find(({ event }) => event === 'run:finished')!;
  const transactions = acknowledged.logs.reduce((sum, log) => sum + log.length, 0);
  console.log(
    JSON.stringify({
      tables: (report['tables'] as string[]).length,
      rowsCopied: report['rowsCopied'],
      changesApplied: report['changesApplied'],
      rowsVerified: report['rowsVerified'],
      rowsRepaired: report['rowsRepaired'],
      lostWrites: report['lostWrites'],
      cutover: report['cutover'],
      durationMs: report['durationMs'],
      transactions,
      deadlocks: acknowledged.deadlocks,
      longestWriteMs: acknowledged.longest('write', from, to),
      longestReadMs: acknowledged.longest('read', from, to),
      longestWriteBeforeMs: acknowledged.longest('write', 0, from),
      longestReadBeforeMs: acknowledged.longest('read', 0, from),
    }),
  );
  expect(report).toMatchObject({ lostWrites: 0, rowsRepaired: 0 });

  const { host, port, user, password } = control.settings;
  await runToolCommand(command, { host, port, user, password, schema: control.name }, new AbortController().signal);
  for (const log of acknowledged.logs) {
    for (const transaction of log) {
      for (const statement of ['BEGIN', ...transaction, 'COMMIT']) await control.query(statement);
    }
  }
  const [migrated, expected] = [await contents(database), await contents(control)];
  expect([...migrated.keys()].sort()).toEqual([...expected.keys()].sort());
  const different = [...expected].filter(([table, content]) => migrated.get(table) !== content).map(([table]) => table);
  expect(different).toEqual([]);
});

/** Of each table the number of its rows and a sum over the hashes of all of them, whatever their order. */
async function contents(database: TestDatabase): Promise<Map<string, string>> {
  const columns = await database.query(
    `SELECT TABLE_NAME t, GROUP_CONCAT(CONCAT('IFNULL(HEX(\`', COLUMN_NAME, '\`), "-")') ORDER BY COLUMN_NAME) list
     FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = '${database.name}' GROUP BY TABLE_NAME`,
  );
  const found = new Map<string, string>();
  for (const { t, list } of columns) {
    const [row] = await database.query(
      `SELECT CONCAT(COUNT(*), ' ', IFNULL(SUM(CAST(CONV(LEFT(MD5(CONCAT_WS('/', ${list})), 15), 16, 10) AS DECIMAL(30))), 0)) content FROM \`${t}\``,
    );
    found.set(t!, row!['content']!);
  }
  return found;
}
