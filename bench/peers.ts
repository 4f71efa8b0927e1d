import { spawnSync } from 'node:child_process';
import { MeasuredChild, type ChildResult, type Usage } from './child.js';
import { now, type Window } from './clock.js';
import { alteration, type BenchDatabase } from './database.js';

/** How a peer's run went. */
export interface PeerRun {
  readonly finished: boolean;
  /** The whole run. */
  readonly window: Window;
  /** Only the copying of rows, where the peer says so. */
  readonly copy: Window | null;
  readonly usage: Usage | null;
  readonly failure: string | null;
}

/** Another way to make the same change to `sbtest1`. */
export interface Peer {
  readonly name: string;
  /** Why it cannot be run here, with the way out; null when it can. */
  readonly missing: string | null;
  readonly run: (database: BenchDatabase, timeoutMs: number) => Promise<PeerRun>;
}

function isInstalled(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
}

export const sysbenchMissing = isInstalled('sysbench') ? null : 'sysbench is missing: apt-get install sysbench';

function peerRunOf(result: ChildResult, copy: Window | null): PeerRun {
  const window = { from: result.startedAt, to: result.endedAt };
  const finished = result.exitCode === 0;
  const failure = finished
    ? null
    : result.timedOut
      ? 'not finished in time'
      : (result.lines.at(-1)?.text ?? 'no output');
  return { finished, window, copy, usage: result.usage, failure };
}

function copyWindowOf(result: ChildResult, started: RegExp, ended: RegExp): Window | null {
  const from = result.lines.find(({ text }) => started.test(text))?.at;
  const to = result.lines.find(({ text }) => ended.test(text))?.at;
  return from === undefined || to === undefined ? null : { from, to };
}

const ptOsc: Peer = {
  name: 'pt-online-schema-change',
  missing: isInstalled('pt-online-schema-change')
    ? null
    : 'pt-online-schema-change is missing: apt-get install percona-toolkit',
  run: async (database, timeoutMs) => {
    const { host, port, user } = database.server;
    const child = new MeasuredChild(
      [
        'pt-online-schema-change',
        '--alter',
        alteration,
        ...['--execute', '--no-drop-old-table', '--no-version-check'],
        // Its defaults stop it on a busy server; here it may always go on.
        ...['--max-load', 'Threads_running=200', '--critical-load', 'Threads_running=1000'],
        `h=${host},P=${port},u=${user},D=${database.schema},t=sbtest1`,
      ],
      { timeoutMs },
    );
    const result = await child.ended;
    return peerRunOf(result, copyWindowOf(result, /Copying approximately/, /Copied rows OK/));
  },
};

const ghostProgram = process.env['GHOST_BIN'];

const ghost = (name: string, flags: readonly string[]): Peer => ({
  name,
  missing: ghostProgram === undefined ? 'gh-ost is not given: set GHOST_BIN to its binary' : null,
  run: async (database, timeoutMs) => {
    const { host, port, user } = database.server;
    const child = new MeasuredChild(
      [
        ghostProgram!,
        ...[`--host=${host}`, `--port=${port}`, `--user=${user}`, `--database=${database.schema}`, '--table=sbtest1'],
        ...[`--alter=${alteration}`, '--allow-on-master', '--execute', '--verbose', '--initially-drop-ghost-table'],
        ...['--initially-drop-old-table', '--initially-drop-socket-file', ...flags],
      ],
      { timeoutMs },
    );
    const result = await child.ended;
    return peerRunOf(result, copyWindowOf(result, /Copy: 0\//, /Row copy complete/));
  },
});

const native = (algorithm: 'INPLACE' | 'COPY'): Peer => ({
  name: `native ALTER ${algorithm}`,
  missing: null,
  run: async (database, timeoutMs) => {
    const client = await database.connect();
    const from = now();
    try {
      await client.execute(
        `SET STATEMENT max_statement_time = ${timeoutMs / 1000} FOR ALTER TABLE sbtest1 ${alteration}, ALGORITHM=${algorithm}`,
      );
      const window = { from, to: now() };
      return { finished: true, window, copy: window, usage: null, failure: null };
    } catch (error) {
      return { finished: false, window: { from, to: now() }, copy: null, usage: null, failure: String(error) };
    } finally {
      await client.close();
    }
  },
});

/** What the server can do without any tool: the new table with all its indexes, filled by INSERT … SELECT. */
const floor = (atOnce: number): Peer => ({
  name: `INSERT … SELECT, ${atOnce} at once`,
  missing: null,
  run: async (database) => {
    await database.execute(`CREATE TABLE ${database.schema}.floor LIKE ${database.schema}.sbtest1`);
    await database.execute(`ALTER TABLE ${database.schema}.floor ${alteration}`);
    const last = Number(await database.value(`SELECT MAX(id) FROM ${database.schema}.sbtest1`));
    // One statement for all when alone, else chunks that the workers take by turns.
    const chunk = atOnce === 1 ? last : 10_000;
    let next = 1;
    const clients = await Promise.all(Array.from({ length: atOnce }, () => database.connect()));
    const from = now();
    await Promise.all(
      clients.map(async (client) => {
        await client.execute('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED');
        for (let low = next; low <= last; low = next) {
          next = low + chunk;
          await client.execute(
            `INSERT INTO floor (id, k, c, pad) SELECT id, k, c, pad FROM sbtest1 WHERE id BETWEEN ${low} AND ${low + chunk - 1}`,
          );
        }
      }),
    );
    const window = { from, to: now() };
    await Promise.all(clients.map((client) => client.close()));
    return { finished: true, window, copy: window, usage: null, failure: null };
  },
});

export const onlinePeers: readonly Peer[] = [
  ptOsc,
  native('INPLACE'),
  native('COPY'),
  ghost('gh-ost, default', []),
  ghost('gh-ost, 10k chunks', ['--chunk-size=10000']),
];

export const floors: readonly Peer[] = [floor(1), floor(2), floor(4)];
