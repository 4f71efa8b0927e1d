import { now, sleep } from './clock.js';
import { alteration, type BenchDatabase } from './database.js';
import { eventOf, startEngine } from './engine.js';
import { announce, type Figures } from './output.js';

/** Every second row changes, in statements that each touch one residue class, all over the table. */
const statements = 10;

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
  return {
    scenario: 'C',
    title: `backlog of ${changed.toLocaleString('en-US')} different rows`,
    headings: ['', 'seconds', 'rows/s', 'CPU s in all', 'RSS max MB', 'RSS at the end MB'],
    rows: [
      [
        'tideover',
        seconds,
        seconds === null ? null : changed / seconds,
        usage.cpuS,
        usage.maxRssMb,
        usage.rssMb.at(-1) ?? null,
      ],
    ],
    notes: [
      'from the moment the engine goes on, reading the log included, until nothing is pending (known to about half a second)',
      'pt-online-schema-change (triggers) and native ALTER (row log) have no backlog to compare with',
    ],
  };
}
