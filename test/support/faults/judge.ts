import { setTimeout as delay } from 'node:timers/promises';
import { catalogue } from '../../../src/errors.js';
import { quoteString } from '../../../src/db/quote.js';
import type { Session } from '../../../src/db/session.js';
import { leftoversOf } from '../cases/leftovers.js';
import type { Workload } from '../ledger/workload.js';
import type { EngineEnd } from './engine.js';
import { engineUser, type FaultScene } from './scene.js';
import { migrated } from './web.js';

/** For what the server notices of a client that is gone, and for the lease of a hold. */
const patienceMs = 20_000;
/** Transactions that show that the service goes on. */
const aliveAfter = 20;

/** What is wrong in the middle: an engine has ended, and whatever was broken is mended. The service goes on, and how the engine ended says where its tables are. */
export async function judgeBetween(scene: FaultScene, end: EngineEnd, workload: Workload): Promise<string[]> {
  const columns = await scene.asRoot((root) => addedColumns(root, scene.database));
  const outcome = end.code === null ? 'swapped' : end.code === 'killed' ? 'unknown' : catalogue[end.code].outcome;
  const live = columns.size > 0;
  return [
    ...(end.code === 'internal-error' ? [`the engine met a defect: ${end.message}`] : []),
    ...(columns.size === 0 || columns.size === migrated.length ? [] : ['only one of the two tables is new']),
    ...(outcome === 'swapped' && !live ? [`the new tables are not live after ${end.code ?? 'the end'}`] : []),
    ...((outcome === 'resumable' || outcome === 'untouched') && live ? [`the tables are new after ${end.code}`] : []),
    ...(await goesOn(workload)),
  ];
}

/** What is wrong at the end: anything of an engine that is still there. */
export async function judgeEnd(scene: FaultScene): Promise<string[]> {
  return scene.asRoot(async (root) => {
    const left = await leftoversOf(root, scene.database, engineUser, { patienceMs });
    return [
      ...left.map((what) => `left behind: ${what}`),
      ...(await journalFaults(root, scene.database)),
      ...(await heldRequests(scene)),
    ];
  });
}

/** What an engine that died said in the journal: that the new tables are live, and what is wrong beside them. */
async function toldFailures(root: Session, database: string): Promise<string[]> {
  const runs = await root.query(
    `SELECT report FROM tideover.runs WHERE database_name = ${quoteString(database)} AND report IS NOT NULL`,
  );
  return runs.flatMap(({ report }) => {
    const { failure } = JSON.parse(report!) as { failure: { message: string } | null };
    return failure === null ? [] : [`a run ended with: ${failure.message}`];
  });
}

/** The journal's last word on the database's runs, newest first. */
export async function phasesOf(root: Session, database: string): Promise<string[]> {
  const [journal] = await root.query("SHOW DATABASES LIKE 'tideover'");
  if (journal === undefined) return [];
  const [table] = await root.query("SHOW TABLES FROM tideover LIKE 'runs'");
  if (table === undefined) return [];
  const runs = await root.query(
    `SELECT phase FROM tideover.runs WHERE database_name = ${quoteString(database)} ORDER BY id DESC`,
  );
  return runs.map(({ phase }) => phase!);
}

/** Every run is over, and nothing is intended any more. */
async function journalFaults(root: Session, database: string): Promise<string[]> {
  const phases = await phasesOf(root, database);
  if (phases.length === 0) return ['the journal knows no run'];
  const intents = await root.query(
    `SELECT i.run_id FROM tideover.intents i JOIN tideover.runs r ON r.id = i.run_id WHERE r.database_name = ${quoteString(database)}`,
  );
  return [
    ...(phases[0] === 'done' ? [] : [`the last run is ${phases[0]}`]),
    ...phases.slice(1).flatMap((phase) => (phase === 'done' || phase === 'aborted' ? [] : [`a run is ${phase}`])),
    ...intents.map(() => 'an intent is left in the journal'),
    ...(await toldFailures(root, database)),
  ];
}

/** Migrated tables that have their new structure, by name. */
async function addedColumns(root: Session, database: string): Promise<ReadonlySet<string>> {
  const rows = await root.query(
    `SELECT DISTINCT TABLE_NAME AS t FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ${quoteString(database)} AND COLUMN_NAME IN ('note', 'flag', 'twice')`,
  );
  return new Set(rows.map(({ t }) => t!));
}

/** Nobody keeps the service from writing. */
async function goesOn(workload: Workload): Promise<string[]> {
  const stands = delay(patienceMs * 2, ['the service stands still'], { ref: false });
  return Promise.race([workload.more(aliveAfter).then(() => []), stands]);
}

async function heldRequests(scene: FaultScene): Promise<string[]> {
  const held = delay(patienceMs, ['the buffer holds'], { ref: false });
  return Promise.race([scene.callService().then(() => []), held]);
}
