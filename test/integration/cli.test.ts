import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Server } from '../../src/db/server.js';
import { openJournal } from '../../src/journal/open-journal.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { startTideover, tideover, type Ended } from '../support/tideover.js';

let database: TestDatabase;
let connection: string[];
let environment: Record<string, string>;

const alter = ['--alter', "ALTER TABLE items ADD COLUMN note VARCHAR(64) NOT NULL DEFAULT 'x', ADD INDEX (price)"];
const rows = 2_000;

beforeEach(async () => {
  database = await testDatabase();
  const { host, port, user, password } = database.settings;
  connection = ['--dsn', `mariadb://${user}@${host}:${port}/${database.name}`];
  environment = { TIDEOVER_PASSWORD: password ?? '' };
  await database.query('CREATE TABLE items (id INT PRIMARY KEY AUTO_INCREMENT, price INT NOT NULL)');
  await database.query(`INSERT INTO items (price) SELECT seq FROM seq_1_to_${rows}`);
});
afterEach(() => database.drop());

function command(verb: string, ...args: string[]): Promise<Ended> {
  return tideover([verb, ...connection, ...args], environment);
}

function start(verb: string, ...args: string[]) {
  return startTideover([verb, ...connection, ...args], environment);
}

/** The schemas of this database that exist now. */
async function schemas(): Promise<string[]> {
  const found = await database.query(
    `SELECT SCHEMA_NAME AS name FROM information_schema.SCHEMATA WHERE SCHEMA_NAME LIKE '${database.name}%' ORDER BY 1`,
  );
  return found.map((row) => (row['name'] ?? '').replace(database.name, ''));
}

async function columns(): Promise<string[]> {
  const found = await database.query('SHOW COLUMNS FROM items');
  return found.map((row) => row['Field'] ?? '');
}

const before = ['id', 'price'];
const after = ['id', 'price', 'note'];

describe('the way of a migration', () => {
  test('run, status, cleanup: live, reported, old tables kept until they are dropped', async () => {
    const run = await command('run', ...alter);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.events.map(({ event }) => event)).toEqual(
      expect.arrayContaining(['plan:made', 'run:started', 'phase:entered', 'cutover:attempted']),
    );
    expect(run.events.at(-1)).toMatchObject({
      event: 'run:finished',
      database: database.name,
      tables: ['items'],
      rowsCopied: rows,
      lostWrites: 0,
      retiredSchema: `${database.name}__retired`,
    });
    expect(run.events.filter(({ event }) => event === 'run:finished')).toHaveLength(1);
    expect(await columns()).toEqual(after);

    const status = await command('status');
    expect(status.stdout).toMatch(/^run +phase +tables .*\n\d+ +done +items +2,000 copied/);
    expect(await schemas()).toEqual(['', '__retired']);

    expect(await command('cleanup')).toMatchObject({ code: 0, stdout: `Dropped ${database.name}__retired.\n` });
    expect(await schemas()).toEqual(['']);
    expect(await command('cleanup')).toMatchObject({ code: 0, stdout: 'Nothing was left to drop.\n' });
  });

  test('plan prints what would be done and leaves nothing', async () => {
    const plan = await command('plan', ...alter);
    expect(plan.code).toBe(0);
    expect(plan.stdout).toContain('Table items');
    expect(plan.stdout).toMatch(/Plan hash [0-9a-f]{64}/);
    expect(await schemas()).toEqual(['']);
    expect(await command('status')).toMatchObject({ code: 0, stdout: `No runs of ${database.name}.\n` });
    const json = await command('plan', ...alter, '--json');
    expect(json.events).toEqual([expect.objectContaining({ event: 'plan:made', tables: ['items'], refusals: [] })]);
  });

  test('a postponed run waits for the word, from any process', async () => {
    const run = start('run', ...alter, '--postpone-cutover');
    await run.event('cutover:postponed');
    expect(await columns()).toEqual(before);
    const [listed] = (await command('status', '--json')).events;
    expect(listed).toMatchObject({ event: 'run:listed', phase: 'ready', heartbeatAgeS: expect.any(Number) as number });
    expect(await command('verify')).toMatchObject({ code: 0, events: [{ event: 'verify:requested' }] });
    expect(await command('cutover', '--json')).toMatchObject({ code: 0, events: [{ event: 'cutover:requested' }] });
    expect(await run.ended).toMatchObject({ code: 0 });
    expect(await columns()).toEqual(after);
  });
});

describe('stopping', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s stops resumably with exit code %d; verify and run continue', async (signal, code) => {
    const run = start('run', ...alter, '--postpone-cutover');
    await run.event('cutover:postponed');
    run.signal(signal);
    const stopped = await run.ended;
    expect(stopped.code).toBe(code);
    expect(stopped.events.at(-1)).toMatchObject({
      event: 'error',
      code: 'interrupted',
      outcome: 'resumable',
      exitCode: code,
    });
    expect(await schemas()).toEqual(['', '__shadow']);

    expect(await command('cutover')).toMatchObject({ code: 2 });
    expect(await command('cleanup')).toMatchObject({ code: 3 });
    const verified = await command('verify');
    expect(verified).toMatchObject({ code: 0 });
    expect(verified.events.at(-1)).toMatchObject({ event: 'verify:finished', rowsVerified: rows, rowsRepaired: 0 });
    const resumed = await command('run', ...alter);
    expect(resumed.code).toBe(0);
    expect(resumed.events).toContainEqual(expect.objectContaining({ event: 'run:started', resumed: true }));
    expect(await columns()).toEqual(after);
  });

  test('a second signal ends at once', async () => {
    const run = start('run', ...alter, '--hook', 'before-cutover=echo hook waits; exec sleep 20 >&- 2>&-');
    await run.said('hook waits');
    run.signal('SIGINT');
    await run.said('stopping cleanly');
    run.signal('SIGINT');
    const ended = await run.ended;
    expect(ended.code).toBe(130);
    // Not the clean stop, which would have waited for the hook and said what happened.
    expect(ended.events.at(-1)?.event).not.toBe('error');
    expect(await command('abort')).toMatchObject({ code: 0 });
  });

  test('abort of a stopped run drops the shadow and leaves the source as it was', async () => {
    const run = start('run', ...alter, '--postpone-cutover');
    await run.event('cutover:postponed');
    run.signal('SIGTERM');
    await run.ended;
    const aborted = await command('abort');
    expect(aborted).toMatchObject({ code: 0, stderr: '' });
    expect(aborted.stdout).toContain('is aborted');
    expect(await schemas()).toEqual(['']);
    expect(await columns()).toEqual(before);
    expect(await command('abort')).toMatchObject({ code: 2 });
  });

  test('abort of a live run is done by its engine', async () => {
    const run = start('run', ...alter, '--postpone-cutover');
    await run.event('cutover:postponed');
    const aborted = await command('abort', '--json');
    expect(aborted).toMatchObject({ code: 0, events: [{ event: 'run:aborted', phase: 'aborted' }] });
    const ended = await run.ended;
    expect(ended.code).toBe(4);
    expect(ended.events.at(-1)).toMatchObject({ event: 'error', code: 'aborted', outcome: 'untouched' });
    expect(await schemas()).toEqual(['']);
    expect(await columns()).toEqual(before);
  });

  test('abort refuses when a RENAME may have happened, and drops nothing', async () => {
    const run = start('run', ...alter, '--postpone-cutover');
    const { runId } = await run.event('run:started');
    await run.event('cutover:postponed');
    run.signal('SIGTERM');
    await run.ended;
    const journal = await openJournal(new Server(database.settings));
    await journal.saveIntent(Number(runId), {
      step: 'rename',
      sql: 'RENAME …',
      lockedPosition: { file: 'b.000001', offset: 4 },
      change: null,
    });
    await journal.close();
    expect(await command('abort', '--json')).toMatchObject({
      code: 8,
      events: [{ event: 'error', code: 'cutover-outcome-unknown', outcome: 'unknown' }],
    });
    expect(await schemas()).toEqual(['', '__shadow']);
  });
});

describe('a config file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tideover-cli-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function write(text: string): Promise<string[]> {
    await writeFile(join(folder, 'tideover.yaml'), text);
    return ['--config', join(folder, 'tideover.yaml')];
  }

  test('is all that plan, run, status and cleanup need', async () => {
    const { host, port, user, password } = database.settings;
    await writeFile(join(folder, 'change.sql'), alter[1]!);
    await writeFile(join(folder, 'pw'), `${password ?? ''}\n`);
    const config = await write(`
connection: {host: ${host}, port: ${port}, user: ${user}, database: ${database.name}, password: {file: pw}}
source: {files: [change.sql]}
cutover: {dropRetired: true}
hooks: {before-cutover: ['echo "hook: $TIDEOVER_TABLES"']}
`);
    expect(await tideover(['plan', ...config])).toMatchObject({ code: 0 });
    const run = await tideover(['run', ...config]);
    expect(run).toMatchObject({ code: 0, stderr: 'hook: items\n' });
    expect(run.events.at(-1)).toMatchObject({ event: 'run:finished', retiredSchema: null });
    expect(await columns()).toEqual(after);
    expect((await tideover(['status', ...config])).stdout).toMatch(/^run +phase .*\n\d+ +done +items/);
    expect(await tideover(['cleanup'], { TIDEOVER_CONFIG: config[1]! })).toMatchObject({ code: 0 });
  });

  test('that is wrong ends a command with 2, before anything is connected', async () => {
    const config = await write('connection:\n  password: s3cret\n  hosst: db1\n');
    for (const verb of ['run', 'status', 'abort']) {
      const ended = await tideover([verb, ...config, ...connection, '--json'], environment);
      expect([verb, ended.code]).toEqual([verb, 2]);
      expect(ended.events).toMatchObject([{ event: 'error', code: 'usage-error', exitCode: 2 }]);
      expect(ended.stdout).toContain(`${config[1]!}:2:13: connection.password is written out`);
      expect(ended.stdout).toContain(`${config[1]!}:3:3: connection has no \\"hosst\\"; did you mean \\"host\\"?`);
      expect(ended.stdout + ended.stderr).not.toContain('s3cret');
    }
    expect(await schemas()).toEqual(['']);
  });
});

describe('hooks', () => {
  test('a before- hook stops the run resumably, and the failed hook is told why', async () => {
    const run = await command(
      'run',
      ...alter,
      '--hook',
      'before-cutover=exit 3',
      '--hook',
      'failed=echo "told: $TIDEOVER_ERROR"',
    );
    expect(run.code).toBe(4);
    expect(run.events.at(-1)).toMatchObject({ event: 'error', code: 'hook-refused', outcome: 'resumable' });
    expect(run.stderr).toContain('told: hook-refused: ');
    expect(await columns()).toEqual(before);
    expect(await command('run', ...alter, '--hook', 'after-cutover=echo "live: $TIDEOVER_TABLES"')).toMatchObject({
      code: 0,
      stderr: 'live: items\n',
    });
  });
});

describe('mistakes', () => {
  test.each([
    ['an unknown flag', ['run', '--fast'], 2],
    ['an unknown verb', ['sprint'], 2],
    ['no verb', [], 2],
    ['no DSN', ['run', ...alter], 2],
    ['a password on argv', ['run', '--dsn', 'mariadb://root:s3cret@127.0.0.1:1/d', ...alter], 2],
    ['a server that is not there', ['run', '--dsn', 'mariadb://root@127.0.0.1:1/d', ...alter], 2],
    ['a server that is not there, for status', ['status', '--dsn', 'mariadb://root@127.0.0.1:1/d'], 2],
    ['help', ['--help'], 0],
    ['the version', ['--version'], 0],
  ])('%s', async (_what, args, code) => {
    const ended = await tideover(args);
    expect(ended.code).toBe(code);
    expect(ended.stdout + ended.stderr).not.toBe('');
    expect(ended.stdout + ended.stderr).not.toContain('s3cret');
  });

  test.each([
    ['a syntax error', ['--alter', 'ALTER TABLE items ADD COLUMN'], 2],
    ['an unknown table', ['--alter', 'ALTER TABLE nothing ADD c INT'], 3],
    ['an option out of bounds', [...alter, '--copy-workers', '1000'], 2],
    ['no change', [], 2],
  ])('%s leaves nothing behind', async (_what, args, code) => {
    const ended = await command('run', ...args);
    expect(ended).toMatchObject({ code, stderr: '' });
    expect(ended.events.at(-1)).toMatchObject({ event: 'error', outcome: 'untouched', exitCode: code });
    expect(await schemas()).toEqual(['']);
    expect(await columns()).toEqual(before);
  });

  test('a wrong password', async () => {
    const user = `u${database.name.slice(-8)}`;
    await database.query(`CREATE USER '${user}'@'%' IDENTIFIED BY 'right'`);
    const dsn = connection[1]!.replace(/\/\/[^@]*@/, `//${user}@`);
    const ended = await tideover(['status', '--dsn', dsn], { TIDEOVER_PASSWORD: 'wrong-9' });
    await database.query(`DROP USER '${user}'@'%'`);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toContain('[access-denied]');
    expect(ended.stderr).not.toContain('wrong-9');
  });

  test('a table that cannot be migrated is refused with exit code 3, by plan and run', async () => {
    await database.query('CREATE TABLE keyless (a INT)');
    const change = ['--alter', 'ALTER TABLE keyless ADD b INT'];
    const plan = await command('plan', ...change);
    expect(plan.code).toBe(3);
    const run = await command('run', ...change);
    expect(run).toMatchObject({ code: 3, stderr: '' });
    expect(run.events.at(-1)).toMatchObject({ event: 'error', code: 'preflight-refused', outcome: 'untouched' });
    expect(await schemas()).toEqual(['']);
  });

  test('cleanup does not drop what no run has put into the retired schema', async () => {
    expect((await command('run', ...alter)).code).toBe(0);
    await database.query(`CREATE TABLE ${database.name}__retired.precious (a INT)`);
    const refused = await command('cleanup');
    expect(refused.code).toBe(9);
    expect(refused.stderr).toContain('precious');
    expect(await schemas()).toEqual(['', '__retired']);
  });
});
