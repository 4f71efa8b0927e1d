import { now, sleep } from './clock.js';
import { alteration, type BenchDatabase } from './database.js';
import { eventOf, startEngine } from './engine.js';
import { announce, ratio, type Figures } from './output.js';

/** Every second row changes, in statements that each touch one residue class, all over the table. */
const statements = 10;
/** Keys of a statement, as the applier has them. */
const batch = 500;

/**
 * A backlog: the engine is ready and waits for the word; it is stopped (SIGSTOP) while the service changes 500,000 different rows;
 * then it goes on, reads the log of them and applies them.
 */
export async function backlog(database: BenchDatabase, options: { rows: number; limitMs: number }): Promise<Figures> {
  const { rows, limitMs } = options;
  announce('C: tideover');
  await database.reset({ rows });
  const alter = [`ALTER TABLE sbtest1 ${alteration}`];
  const engine = startEngine(database, { alter, flags: ['--postpone-cutover'], timeoutMs: limitMs });
  const ready = await engine.line((text) => eventOf(text)?.event === 'cutover:postponed');
  if (ready === null) throw new Error(`the engine did not get ready: ${engine.lines.at(-1)?.text ?? 'no output'}`);
  const appliedBefore = Math.max(0, ...engine.lines.map(({ text }) => eventOf(text)?.changesApplied ?? 0));
  engine.signal('SIGSTOP');
  let changed = 0;
  try {
    for (let residue = 0; residue < statements; residue++) {
      const result = (await database.execute(
        `UPDATE ${database.schema}.sbtest1 SET k = k + 1 WHERE id MOD ${statements * 2} = ${residue}`,
      )) as { affectedRows: number };
      changed += result.affectedRows;
    }
  } finally {
    engine.signal('SIGCONT');
  }
  const started = now();
  const done = await engine.line((text) => {
    const event = eventOf(text);
    return event?.backlog === 0 && (event.changesApplied ?? 0) >= appliedBefore + changed;
  });
  const drainedAt = done === null ? null : done.at;
  // Enough for the memory to show what it falls back to.
  await sleep(1_000);
  engine.signal('SIGTERM');
  const { usage } = await engine.ended;
  const seconds = drainedAt === null ? null : (drainedAt - started) / 1000;
  announce('C: floor');
  const floorSeconds = await floor(database, rows);
  const perS = (time: number | null): number | null => (time === null ? null : changed / time);
  return {
    scenario: 'C',
    title: `backlog of ${changed.toLocaleString('en-US')} different rows`,
    headings: ['', 'seconds', 'rows/s', '× floor', 'CPU s in all', 'RSS max MB', 'RSS at the end MB'],
    rows: [
      [
        'tideover',
        seconds,
        perS(seconds),
        ratio(perS(seconds), perS(floorSeconds)),
        usage.cpuS,
        usage.maxRssMb,
        usage.rssMb.at(-1) ?? null,
      ],
      ['floor: REPLACE … SELECT', floorSeconds, perS(floorSeconds), 1, null, null, null],
    ],
    notes: [
      'floor: the same rows, changed again, written into the same shadow table by the statements alone, 2 sessions, keys known and sorted, no log read',
      'from the moment the engine goes on, reading the log included, until nothing is pending (known to about half a second)',
      'pt-online-schema-change (triggers) and native ALTER (row log) have no backlog to compare with',
    ],
  };
}

/** Changes the same rows again and writes them into the shadow that the engine left: what the server needs for that alone, in seconds. */
async function floor(database: BenchDatabase, rows: number): Promise<number> {
  const modulus = statements * 2;
  for (let residue = 0; residue < statements; residue++)
    await database.execute(`UPDATE ${database.schema}.sbtest1 SET k = k + 1 WHERE id MOD ${modulus} = ${residue}`);
  const keys = Array.from({ length: rows }, (_, i) => i + 1).filter((id) => id % modulus < statements);
  const started = now();
  await Promise.all(
    [0, 1].map(async (worker) => {
      const session = await database.connect();
      await session.execute('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED');
      await session.execute('SET SESSION in_predicate_conversion_threshold = 0');
      for (let from = worker * batch; from < keys.length; from += 2 * batch)
        await session.execute(
          `REPLACE INTO ${database.schema}__shadow.sbtest1 (id, k, c, pad) SELECT id, k, c, pad FROM sbtest1
           WHERE id IN (${keys.slice(from, from + batch).join(',')}) LOCK IN SHARE MODE SKIP LOCKED`,
        );
      await session.close();
    }),
  );
  return (now() - started) / 1000;
}
