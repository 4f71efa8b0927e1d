import { messageOf } from '../../../src/errors.js';
import type { SyncPoint } from '../../../src/migration/points.js';
import type { MigrationTask } from '../ledger/run.js';
import { runWeb } from '../ledger/webs/run.js';
import type { TestServer } from '../server.js';
import type { EngineEnd } from './engine.js';
import type { Fault } from './faults.js';
import { judgeBetween, judgeEnd, phasesOf } from './judge.js';
import { FaultScene } from './scene.js';
import { migrated, webAt } from './web.js';

/** One fault at one point of a run. */
export interface Combination {
  readonly point: SyncPoint;
  readonly fault: Fault;
}

export interface Outcome {
  readonly combination: Combination;
  /** How each engine ended, in order. */
  readonly ends: readonly EngineEnd[];
  /** Everything that was not as it must be; empty when all is well. */
  readonly wrong: readonly string[];
  readonly durationMs: number;
}

/** `point:fault`, as FAULT takes it. */
export const nameOf = ({ point, fault }: Combination): string => `${point}:${fault.name}`;

/** Engines that are started for one run, at most: after one fault the second one must do. */
const mostEngines = 3;

/** Small, but busy enough that every point has changes on their way. */
const scale = { writers: 4, baseRows: 800, transactionsAround: 30, thinkMs: 10 } as const;

/** Brings the fault about while writers write, has the run finished, and says what is wrong then. */
export async function runCombination(server: TestServer, combination: Combination, seed: string): Promise<Outcome> {
  const startedAt = performance.now();
  const scene = await FaultScene.open(server);
  const ends: EngineEnd[] = [];
  const wrong: string[] = [];
  try {
    const { migration, faults } = await runWeb({
      ...scale,
      settings: scene.settings,
      web: webAt(combination.point),
      migrate: migrated,
      seed,
      expected: combination.fault.seen,
      migration: async (task) => wrong.push(...(await migrateUnder(scene, combination, task, ends))),
    });
    if ('error' in migration) wrong.push(messageOf(migration.error));
    wrong.push(...faults, ...(await judgeEnd(scene)));
  } finally {
    await scene.close();
  }
  return { combination, ends, wrong, durationMs: performance.now() - startedAt };
}

/** The engine that is struck, and those that are started after it until the run is done. */
async function migrateUnder(
  scene: FaultScene,
  { point, fault }: Combination,
  { alter, workload }: MigrationTask,
  ends: EngineEnd[],
): Promise<string[]> {
  const { throughProxy } = fault;
  const wrong: string[] = [];
  const engine = scene.startEngine(alter, { stopAt: point, throughProxy });
  const sessions = await engine.at();
  const mend = await fault.strike({ scene, engine, sessions });
  engine.goOn();
  ends.push(await engine.ended);
  await mend();
  if (ends[0]!.code === 'killed' && !fault.killsEngine) wrong.push('the engine did not end by itself');
  wrong.push(...(await judgeBetween(scene, ends.at(-1)!, workload)));
  while (!(await isDone(scene, ends.at(-1)!))) {
    // The tables are then to be as they were.
    if (ends.length === mostEngines)
      throw new Error([...wrong, `not done by ${mostEngines} engines: ${endsText(ends)}`].join('; '));
    ends.push(await scene.startEngine(alter, { stopAt: null, throughProxy }).ended);
    if (ends.at(-1)!.code === 'killed') wrong.push('the next engine did not end by itself');
    wrong.push(...(await judgeBetween(scene, ends.at(-1)!, workload)));
  }
  return wrong;
}

/** As an operator sees it, whose engine may have died before it could say so. */
async function isDone(scene: FaultScene, { code }: EngineEnd): Promise<boolean> {
  if (code === null) return true;
  return (await scene.asRoot((root) => phasesOf(root, scene.database)))[0] === 'done';
}

/** `connection-lost (4), 0` */
export function endsText(ends: readonly EngineEnd[]): string {
  return ends
    .map(({ code, exitCode, message }) =>
      code === null ? '0' : code === 'killed' ? `killed ${message}`.trim() : `${code} (${exitCode}) ${message}`,
    )
    .join(', then ');
}
