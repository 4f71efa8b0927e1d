import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../../src/errors.js';
import { quoteString } from '../../../src/db/quote.js';
import { Random } from '../ledger/random.js';
import { runWeb } from '../ledger/webs/run.js';
import type { TestServer } from '../server.js';
import { judgeBetween, judgeEnd, phasesOf } from './judge.js';
import { FaultScene } from './scene.js';
import { migrated, webAt } from './web.js';

export interface Resumed {
  readonly seed: string;
  readonly killedAfterMs: number;
  /** What the run was at when it was killed; null when nothing was in the journal yet. */
  readonly phase: string | null;
  /** Age of what the next engine began from, s. */
  readonly repeatedS: number;
  /** Rows that both engines copied. */
  readonly repeatedRows: number;
  readonly wrong: readonly string[];
}

/** A run without a kill takes about so long from when the journal knows of it, ms; longer with many lanes. The moment is anywhere in there. */
const latestMs = Number(process.env['RESUME_WITHIN_MS'] ?? 4_000);
const scale = { writers: 4, baseRows: 4_000, transactionsAround: 30, thinkMs: 10 } as const;

/** Kills an engine at a moment that the seed says, and has another one finish what it began. */
export async function runResume(server: TestServer, seed: string): Promise<Resumed> {
  const killedAfterMs = new Random(seed).fork('moment').below(latestMs);
  const scene = await FaultScene.open(server);
  const wrong: string[] = [];
  let found = { phase: null as string | null, repeatedS: 0, repeatedRows: 0 };
  try {
    const { migration, faults } = await runWeb({
      ...scale,
      settings: scene.settings,
      // Also between RENAME and the re-pointing.
      web: webAt('cutover:renamed'),
      migrate: migrated,
      seed,
      migration: async ({ alter, workload }) => {
        const start = () => scene.startEngine(alter, { stopAt: null, throughProxy: false, chunkTimeMs: 20 });
        const first = start();
        await first.recorded();
        await delay(killedAfterMs);
        await first.kill9();
        const [phase = null] = await scene.asRoot((root) => phasesOf(root, scene.database));
        const repeatedS = await checkpointAge(scene);
        wrong.push(...(await judgeBetween(scene, await first.ended, workload)));
        found = { phase, repeatedS, repeatedRows: 0 };
        if (phase === 'done') return;
        const next = start();
        const end = await next.ended;
        if (end.code !== null) throw new Error(`the next engine ended with ${end.code}: ${end.message}`);
        found = { phase, repeatedS, repeatedRows: first.rowsCopied - (next.firstRowsCopied ?? first.rowsCopied) };
        wrong.push(...(await judgeBetween(scene, end, workload)));
      },
    });
    if ('error' in migration) wrong.push(messageOf(migration.error));
    wrong.push(...faults, ...(await judgeEnd(scene)));
  } finally {
    await scene.close();
  }
  return { seed, killedAfterMs, ...found, wrong };
}

/** Seconds since the state was saved from which the next engine goes on; the run's age when there is none. */
async function checkpointAge(scene: FaultScene): Promise<number> {
  return scene.asRoot(async (root) => {
    if ((await phasesOf(root, scene.database)).length === 0) return 0;
    const { age } = await root.queryOne(
      `SELECT TIMESTAMPDIFF(SECOND, COALESCE(c.saved_at, r.started_at), UTC_TIMESTAMP()) AS age
       FROM tideover.runs r LEFT JOIN tideover.checkpoints c ON c.run_id = r.id
       WHERE r.database_name = ${quoteString(scene.database)} ORDER BY r.id DESC LIMIT 1`,
    );
    return Number(age);
  });
}

/** A line for one, or the figures of many. */
export function resumeText(resumed: readonly Resumed[]): string {
  const phases = new Map<string, number>();
  for (const { phase } of resumed)
    phases.set(phase ?? 'before the run', (phases.get(phase ?? 'before the run') ?? 0) + 1);
  const wrong = resumed.filter((one) => one.wrong.length > 0);
  return [
    `${resumed.length} killed (${[...phases].map(([phase, count]) => `${phase} ${count}`).join(', ')})`,
    `repeated at most ${Math.max(...resumed.map(({ repeatedS }) => repeatedS))} s of work`,
    `and ${Math.max(...resumed.map(({ repeatedRows }) => repeatedRows))} rows`,
    `${wrong.length} wrong${wrong.map(({ seed, wrong: [why] }) => ` (seed ${seed}: ${why!})`).join('')}`,
  ].join(', ');
}
