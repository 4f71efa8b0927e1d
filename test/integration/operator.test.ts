import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Session } from '../../src/db/session.js';
import { TideoverError } from '../../src/errors.js';
import type { Operator } from '../../src/migration/migration.js';
import type { MigrationOptions } from '../../src/migration/options.js';
import { startCountingWriter, type CountingWriter } from '../support/counting-writer.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { startRun, type LocalRun } from '../support/local-run.js';
import { startTideover, tideover, type Ended, type EventLine, type Tideover } from '../support/tideover.js';
import { withOperator } from '../support/with-operator.js';

/** What operators do to a run from other processes, while a writer writes; in the end nothing is lost. */

let database: TestDatabase;
let writer: CountingWriter;
let folder: string;
let connection: string[];
let environment: Record<string, string>;

const rows = 5_000;
/** The writer keeps to the first ones. */
const writtenRows = 1_000;
const change = "ALTER TABLE items ADD COLUMN note VARCHAR(64) NOT NULL DEFAULT 'x'";
const alter = ['--alter', change];

beforeEach(async () => {
  database = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'tideover-operator-'));
  const { host, port, user, password } = database.settings;
  connection = ['--dsn', `mariadb://${user}@${host}:${port}/${database.name}`];
  environment = { TIDEOVER_PASSWORD: password ?? '' };
  await database.query('CREATE TABLE items (id INT PRIMARY KEY, n INT NOT NULL, touched INT)');
  await database.query(`INSERT INTO items SELECT seq, 0, 0 FROM seq_1_to_${rows}`);
  writer = await startCountingWriter(database, writtenRows);
});
afterEach(async () => {
  // It ends the sessions for which the writer may have to wait, if the test has failed.
  await database.drop();
  await writer.stop().catch(() => undefined);
  await rm(folder, { recursive: true, force: true });
});

function command(verb: string, ...args: string[]): Promise<Ended> {
  return tideover([verb, ...connection, ...args], environment);
}

function start(...args: string[]): Tideover {
  return startTideover(['run', ...connection, ...alter, ...args], environment);
}

/** A run of which nothing is copied yet: a file keeps it from beginning. */
async function startHeld(...args: string[]): Promise<{ run: Tideover; letGo: () => Promise<void>; file: string }> {
  const file = join(folder, 'wait');
  await writeFile(file, '');
  const run = start('--throttle-file', file, ...args);
  await run.event('throttle:changed', ({ reason }) => String(reason).startsWith('throttle-file'));
  return { run, letGo: () => rm(file), file };
}

type Progress = EventLine & {
  readonly phase: string;
  readonly rowsCopied: number;
  readonly backlog: number;
  readonly changesApplied: number;
  readonly throttled: string | null;
  readonly paused: { readonly by: string } | null;
};

/** Progress that fits, told from now on. */
async function progress(run: Tideover, fits: (line: Progress) => boolean): Promise<Progress> {
  const now = new Date().toISOString();
  const found = await run.event('progress:made', (line) => String(line['at']) > now && fits(line as Progress));
  return found as Progress;
}

/** A run inside this process, for what needs no other one. */
function startHere(more: Partial<MigrationOptions> = {}): LocalRun {
  return startRun({ connection: database.settings, alter: [change], ...more });
}

const asOperator = <T>(work: (operator: Operator) => Promise<T>): Promise<T> => withOperator(database.settings, work);

/** A transaction that keeps every cutover from its locks, until it is closed. */
async function startReader(): Promise<Session> {
  const reader = await database.connect();
  await reader.execute('BEGIN');
  await reader.query('SELECT COUNT(*) FROM items');
  return reader;
}

/** The run has ended well, and every write that was acknowledged is in the new table. */
async function nothingIsLost(run: Tideover): Promise<void> {
  const ended = await run.ended;
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  expect(ended.events.at(-1)).toMatchObject({ event: 'run:finished', lostWrites: 0, rowsRepaired: 0 });
  await everythingIsThere();
}

async function everythingIsThere(): Promise<void> {
  const acknowledged = await writer.stop();
  expect(await database.query("SELECT COUNT(*) AS c, SUM(n) AS n, SUM(note = 'x') AS x FROM items")).toEqual([
    { c: String(rows), n: String(acknowledged), x: String(rows) },
  ]);
}

describe('pause and resume', () => {
  test('a paused run reads on, and neither copies nor applies; then it goes on', async () => {
    const { run, letGo } = await startHeld();
    expect(await command('pause')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/ is paused by .+@.+ since /) as string,
    });
    const { by } = await run.event('run:paused');
    const before = await progress(run, ({ paused }) => paused?.by === by);
    await letGo();
    await run.event('throttle:changed', ({ reason }) => reason === null);
    await database.query(`UPDATE items SET touched = 1 WHERE id > ${writtenRows}`);
    const later = await progress(run, ({ backlog }) => backlog >= rows - writtenRows);
    expect(later).toMatchObject({
      phase: 'copying',
      rowsCopied: 0,
      changesApplied: before.changesApplied,
      paused: { by },
    });
    expect(await command('resume', '--json')).toMatchObject({
      code: 0,
      events: [{ event: 'resume:requested', paused: { by } }],
    });
    await run.event('run:resumed');
    await nothingIsLost(run);
    expect(await command('resume')).toMatchObject({ code: 2 });
  });

  test('a pause outlives the engine; status says who, since when and for how long it may last', async () => {
    const { run, file } = await startHeld();
    await command('pause');
    const first = await run.event('run:paused');
    run.signal('SIGKILL');
    await run.ended;
    const again = start('--throttle-file', file, '--copy-workers', '1');
    expect(await again.event('run:started')).toMatchObject({ resumed: true });
    expect(await again.event('run:paused')).toMatchObject({ by: first['by'], since: first['since'] });
    await progress(again, (line) => line['forecast'] !== null);
    await rm(file);
    // The engine writes its progress down once a second.
    await expect
      .poll(async () => (await command('status')).stdout, { timeout: 60_000, interval: 500 })
      .toMatch(/paused by .+@.+ since [-0-9: ]+ UTC, may stay paused as long as the binlog finds room[^]*changes\/s/);
    await command('resume');
    await nothingIsLost(again);
  });

  test('a run can be paused before its engine is there, stopped while it is paused, and aborted', async () => {
    const { run } = await startHeld();
    run.signal('SIGTERM');
    await run.ended;
    expect(await command('pause')).toMatchObject({ code: 0 });
    const paused = start();
    await paused.event('run:paused');
    paused.signal('SIGINT');
    expect(await paused.ended).toMatchObject({ code: 130 });
    const again = startHere();
    await again.told('run:paused');
    await asOperator((operator) => operator.abort());
    await expect(again.report).rejects.toMatchObject({ code: 'aborted' });
    expect(await database.query('SHOW COLUMNS FROM items')).toHaveLength(3);
  });
});

describe('set', () => {
  test('two operators at once: both are heard, by this engine and by the next', async () => {
    const { run, letGo, file } = await startHeld('--postpone-cutover');
    const given = [
      ['--chunk-time', '50', '--copy-workers', '3'],
      ['--apply-workers', '4', '--max-load', 'Threads_running=100000'],
    ];
    const set = await Promise.all(given.map((flags) => command('set', ...flags)));
    expect(set.map(({ code }) => code)).toEqual([0, 0]);
    const values = { chunkTimeMs: 50, copyWorkers: 3, applyWorkers: 4, maxLoad: 'Threads_running=100000' };
    const isAll = (line: EventLine): boolean => Object.keys(line['values'] as object).length === 4;
    expect(await run.event('run:set', isAll)).toMatchObject({ values });
    await letGo();
    await run.event('cutover:postponed');
    expect((await command('status')).stdout).toMatch(/set by .+: .*max-load=Threads_running=100000/);
    // Each round works with as many sessions as there are to be.
    await command('set', '--apply-workers', '1', '--max-load', '');
    await run.event('run:set', (line) => (line['values'] as { applyWorkers?: number }).applyWorkers === 1);
    await writer.further(100);
    run.signal('SIGTERM');
    await run.ended;
    const again = start('--throttle-file', file, '--apply-workers', '2');
    expect(await again.event('run:set')).toMatchObject({ values: { ...values, applyWorkers: 1, maxLoad: '' } });
    await nothingIsLost(again);
  });

  test('what cannot be set is refused before anything is said', async () => {
    expect(await command('set')).toMatchObject({ code: 2 });
    expect(await command('set', '--chunk-time', '5')).toMatchObject({ code: 2 });
    expect(await command('set', '--max-load', 'much')).toMatchObject({ code: 2 });
    expect(await command('set', '--hold-deadline', '5000')).toMatchObject({ code: 2 });
    expect(await command('set', '--chunk-time', '500')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no unfinished run') as string,
    });
  });
});

describe('the time of the cutover', () => {
  test('it waits for its word and for its time; the last word counts', async () => {
    const { migration, report, told } = startHere({ postponeCutover: true });
    const attempts: number[] = [];
    migration.on('cutover:attempted', () => attempts.push(Date.now()));
    await told('cutover:postponed');
    expect(await command('cutover', '--not-after', '2020-01-01T00:00Z')).toMatchObject({ code: 2 });
    const inAnHour = new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+Z$/, 'Z');
    expect(await command('cutover', '--not-before', inAnHour)).toMatchObject({ code: 0 });
    const shown = inAnHour.slice(0, 19).replace('T', ' ');
    expect((await command('status')).stdout).toContain(`not before ${shown} UTC`);
    for (let looks = 0; looks < 3; looks += 1) expect(await told('progress:made')).toMatchObject({ phase: 'ready' });
    expect(await database.query('SHOW COLUMNS FROM items')).toHaveLength(3);
    const notBefore = new Date(Date.now() + 3_000);
    await asOperator((operator) => operator.cutover({ notBefore }));
    await expect(report).resolves.toMatchObject({ lostWrites: 0 });
    expect(attempts[0]).toBeGreaterThanOrEqual(notBefore.getTime());
    await everythingIsThere();
  });

  test('when its time has passed without success it waits for another word', async () => {
    const { report, told } = startHere({ postponeCutover: true, lockTimeoutMs: 50 });
    await told('cutover:postponed');
    const reader = await startReader();
    const attempted = told('cutover:attempted');
    await asOperator((operator) => operator.cutover({ notAfter: new Date(Date.now() + 4_000) }));
    await attempted;
    await told('cutover:postponed');
    await reader.close();
    await asOperator((operator) => operator.cutover());
    await expect(report).resolves.toMatchObject({ lostWrites: 0 });
    await everythingIsThere();
  });

  test('a pause between two attempts takes the cutover back', async () => {
    const reader = await startReader();
    const { report, told } = startHere({ lockTimeoutMs: 50 });
    await told('cutover:failed');
    const paused = told('progress:made', (progress) => progress.phase === 'ready' && progress.paused !== null);
    await asOperator((operator) => operator.pause());
    await paused;
    await reader.close();
    await asOperator((operator) => operator.resume());
    await expect(report).resolves.toMatchObject({ lostWrites: 0 });
    await everythingIsThere();
  });
});

test('operators who want different things at once leave a run that has ended in one way', async () => {
  const { report, told } = startHere({ postponeCutover: true });
  const ended = report.catch((error: unknown) => error);
  await told('cutover:postponed');
  const verbs = ['pause', 'cutover', 'abort', 'resume', 'abort', 'pause', 'cleanup'] as const;
  const answers = await Promise.allSettled(verbs.map((verb) => asOperator<unknown>((operator) => operator[verb]())));
  for (const answer of answers) if (answer.status === 'rejected') expect(answer.reason).toBeInstanceOf(TideoverError);
  // The last pause may have come to a run that the word then finds paused.
  await asOperator((operator) => operator.resume()).catch(() => undefined);
  const outcome = (await ended) as { readonly code?: string };
  const acknowledged = await writer.stop();
  const columns = await database.query('SHOW COLUMNS FROM items');
  const schemas = await database.query(
    `SELECT SCHEMA_NAME AS s FROM information_schema.SCHEMATA WHERE SCHEMA_NAME LIKE '${database.name}\\_\\_%'`,
  );
  if (outcome.code === undefined) expect([columns.length, schemas]).toEqual([4, [{ s: `${database.name}__retired` }]]);
  else expect([outcome.code, columns.length, schemas]).toEqual(['aborted', 3, []]);
  expect(await database.query('SELECT SUM(n) AS n FROM items')).toEqual([{ n: String(acknowledged) }]);
});

test('status --watch follows a run to its end', async () => {
  const { run, letGo } = await startHeld();
  const watch = startTideover(['status', '--watch', '--json', ...connection], environment);
  await watch.event('run:listed', ({ phase }) => phase === 'copying');
  await letGo();
  await nothingIsLost(run);
  const { code, events } = await watch.ended;
  expect(code).toBe(0);
  expect(events.at(-1)).toMatchObject({ event: 'run:listed', phase: 'done' });
});
