import type { Knex } from 'knex';
import { TideoverError } from '../errors.js';
import { quoteString } from '../db/quote.js';
import { ServerError } from '../db/server-error.js';
import type { Server } from '../db/server.js';
import type { Session } from '../db/session.js';
import { journalSchema } from '../schema/names.js';
import { readCheckpoint, writeCheckpoint } from './checkpoint-rows.js';
import { journalErrorOf, openPool, rowsOf, type JournalRows, type JournalValues } from './connection.js';
import type {
  Checkpoint,
  CutoverWord,
  Intent,
  Journal,
  OperatorCommand,
  Phase,
  RollbackWindow,
  RunControl,
  RunRecord,
} from './journal.js';
import { migratorConfig, refuseNewerJournal } from './migrations.js';
import {
  columnsOf,
  commandOf,
  controlColumns,
  controlOf,
  finalPhases,
  positionOf,
  required,
  runOf,
  unusable,
  windowOf,
  type JournalRow,
} from './records.js';

/** Held while the control schema is created or upgraded. */
const migrateLockName = 'tideover journal';
const migrateLockWaitS = 60;

/**
 * The journal over knex and mysql2. Connects on first use, so opening it never fails; `migrate()` comes before any other method.
 * Besides ServerErrors, methods throw `checkpoint-unusable` for a journal that this program cannot read.
 */
export function openJournal(server: Server): Promise<Journal> {
  return Promise.resolve(new KnexJournal(server));
}

/** Whether this server has a journal; asks without creating one. */
export async function journalExists(session: Session): Promise<boolean> {
  const rows = await session.query(
    `SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = ${quoteString(journalSchema)} AND TABLE_NAME = 'runs'`,
  );
  return rows.length > 0;
}

class KnexJournal implements Journal {
  readonly #server: Server;
  readonly #knex: Knex;

  constructor(server: Server) {
    this.#server = server;
    this.#knex = openPool(server);
  }

  migrate(): Promise<void> {
    return this.#guarded('migrate', async () => {
      await this.#server.withSession('migrating the journal', async (session) => {
        // Not knex's own lock: that one is a row, and stays behind when an engine is killed while it migrates.
        const { got } = await session.queryOne(`SELECT GET_LOCK('${migrateLockName}', ${migrateLockWaitS}) AS got`);
        if (got !== '1') {
          throw new TideoverError(
            'wait-expired',
            `another engine has been migrating the journal for ${migrateLockWaitS} s`,
            { hint: 'See in the processlist what it waits for, and run the same command again when it is done.' },
          );
        }
        // Without CREATE on the schema, IF NOT EXISTS would be refused even when it exists.
        const schema = await session.query(
          `SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = '${journalSchema}'`,
        );
        if (schema.length === 0) {
          await session.execute(`CREATE DATABASE IF NOT EXISTS ${journalSchema} CHARACTER SET utf8mb4`);
        }
        await refuseNewerJournal(this.#knex);
        await this.#knex.migrate.forceFreeMigrationsLock(migratorConfig);
        await this.#knex.migrate.latest(migratorConfig);
      });
    });
  }

  unfinishedRun(database: string): Promise<RunRecord | null> {
    return this.#guarded('unfinishedRun', async () => {
      const row = await this.#rows('runs')
        .where('database_name', database)
        .whereNotIn('phase', [...finalPhases])
        .orderBy('id', 'desc')
        .first();
      return row ? runOf(row) : null;
    });
  }

  runs(database: string | null): Promise<readonly RunRecord[]> {
    return this.#guarded('runs', async () => {
      const query = this.#rows('runs').orderBy('id', 'desc');
      const rows = await (database === null ? query : query.where('database_name', database));
      return rows.map(runOf);
    });
  }

  createRun(run: Pick<RunRecord, 'database' | 'planHash' | 'statements' | 'tables' | 'engine'>): Promise<RunRecord> {
    return this.#guarded('createRun', async () => {
      const [id] = await this.#rows('runs').insert({
        database_name: run.database,
        plan_hash: run.planHash,
        statements: JSON.stringify(run.statements),
        table_names: JSON.stringify(run.tables),
        phase: 'preparing' satisfies Phase,
        started_at: this.#now(),
        engine: run.engine,
      });
      const row = await this.#rows('runs').where('id', Number(id)).first();
      if (!row) throw unusable(`run ${String(id)} is not there`);
      return runOf(row);
    });
  }

  setPhase(runId: number, phase: Phase): Promise<void> {
    const finished = finalPhases.includes(phase) ? { finished_at: this.#now() } : {};
    return this.#updateRun('setPhase', runId, { phase, ...finished });
  }

  heartbeat(runId: number, progress: string): Promise<void> {
    return this.#updateRun('heartbeat', runId, { progress, heartbeat_at: this.#now() });
  }

  takeUp(runId: number, engine: string): Promise<void> {
    return this.#updateRun('takeUp', runId, { engine, last_error: null });
  }

  recordError(runId: number, error: string): Promise<void> {
    return this.#updateRun('recordError', runId, { last_error: error });
  }

  saveReport(runId: number, report: string): Promise<void> {
    return this.#updateRun('saveReport', runId, { report });
  }

  saveCheckpoint(runId: number, checkpoint: Checkpoint): Promise<void> {
    return this.#guarded('saveCheckpoint', () =>
      this.#knex.transaction((transaction) => writeCheckpoint(transaction, runId, checkpoint)),
    );
  }

  loadCheckpoint(runId: number): Promise<Checkpoint | null> {
    return this.#guarded('loadCheckpoint', () =>
      this.#knex.transaction(
        (transaction) => readCheckpoint(transaction, runId),
        // The three tables as of one moment: another engine may be saving.
        { isolationLevel: 'repeatable read' },
      ),
    );
  }

  saveIntent(runId: number, intent: Intent): Promise<void> {
    return this.#guarded('saveIntent', async () => {
      await this.#rows('intents')
        .insert({
          run_id: runId,
          step: intent.step,
          statement: intent.sql,
          ...columnsOf(intent.lockedPosition),
          table_change: intent.change,
          recorded_at: this.#now(),
        })
        .onConflict()
        .merge();
    });
  }

  loadIntent(runId: number): Promise<Intent | null> {
    return this.#guarded('loadIntent', async () => {
      const row = await this.#rows('intents').where('run_id', runId).first();
      if (!row) return null;
      const step = required(row, 'step');
      if (step !== 'rename' && step !== 'rename-back') throw unusable(`unknown intent "${step}"`);
      return {
        step,
        sql: required(row, 'statement'),
        lockedPosition: positionOf(row),
        change: row['table_change'] ?? null,
      };
    });
  }

  clearIntent(runId: number): Promise<void> {
    return this.#guarded('clearIntent', async () => {
      await this.#rows('intents').where('run_id', runId).delete();
    });
  }

  saveWindow(runId: number, window: Pick<RollbackWindow, 'wayBack' | 'keepS'> | null): Promise<void> {
    return this.#guarded('saveWindow', async () => {
      if (window === null) await this.#rows('rollback_windows').where('run_id', runId).delete();
      else
        await this.#rows('rollback_windows')
          .insert({ run_id: runId, way_back: window.wayBack, keep_s: window.keepS })
          .onConflict()
          .merge();
    });
  }

  loadWindow(runId: number): Promise<RollbackWindow | null> {
    return this.#guarded('loadWindow', async () => {
      const row = await this.#rows('rollback_windows')
        .where('run_id', runId)
        .select<JournalRow[]>('way_back', 'keep_s', 'opened_at')
        .select<JournalRow[]>(this.#knex.raw('opened_at + INTERVAL keep_s SECOND AS until_at'))
        .first();
      return row === undefined ? null : windowOf(row);
    });
  }

  openWindow(runId: number, checkpoint: Checkpoint): Promise<void> {
    return this.#guarded('openWindow', () =>
      this.#knex.transaction(async (transaction) => {
        await writeCheckpoint(transaction, runId, checkpoint);
        await rowsOf(transaction, 'rollback_windows')
          .where('run_id', runId)
          .update({ opened_at: transaction.raw('COALESCE(opened_at, UTC_TIMESTAMP())') });
        await rowsOf(transaction, 'runs')
          .where('id', runId)
          .update({ phase: 'rollback-window' satisfies Phase });
        await rowsOf(transaction, 'intents').where('run_id', runId).delete();
      }),
    );
  }

  finishRun(runId: number, phase: 'done' | 'rolled-back'): Promise<void> {
    return this.#guarded('finishRun', () =>
      this.#knex.transaction(async (transaction) => {
        await rowsOf(transaction, 'runs').where('id', runId).update({ phase, finished_at: this.#now() });
        await rowsOf(transaction, 'intents').where('run_id', runId).delete();
      }),
    );
  }

  pauseRun(runId: number, by: string): Promise<void> {
    return this.#updateRun('pauseRun', runId, {
      paused_at: this.#knex.raw('COALESCE(paused_at, UTC_TIMESTAMP())'),
      paused_by: this.#knex.raw('COALESCE(paused_by, ?)', [by]),
    });
  }

  resumeRun(runId: number): Promise<void> {
    return this.#updateRun('resumeRun', runId, { paused_at: null, paused_by: null });
  }

  setValues(runId: number, by: string, values: Readonly<Record<string, unknown>>): Promise<void> {
    return this.#updateRun('setValues', runId, {
      set_values: this.#knex.raw("JSON_MERGE_PATCH(COALESCE(set_values, '{}'), ?)", [JSON.stringify(values)]),
      set_by: by,
    });
  }

  saveCutoverWord(runId: number, word: CutoverWord | null): Promise<void> {
    return this.#updateRun('saveCutoverWord', runId, {
      cutover_by: word?.by ?? null,
      cutover_not_before: word?.notBefore ?? null,
      cutover_not_after: word?.notAfter ?? null,
    });
  }

  control(runId: number): Promise<RunControl & { readonly nowMs: number }> {
    return this.#guarded('control', async () => {
      const row = await this.#rows('runs')
        .where('id', runId)
        .select<JournalRow[]>(
          this.#knex.raw(`${controlColumns.join(', ')}, ROUND(UNIX_TIMESTAMP(NOW(3)) * 1000) AS now_ms`),
        )
        .first();
      if (!row) throw unusable(`run ${runId} is not there`);
      return { ...controlOf(row), nowMs: Number(required(row, 'now_ms')) };
    });
  }

  postCommand(runId: number, command: OperatorCommand): Promise<void> {
    return this.#guarded('postCommand', async () => {
      await this.#rows('commands').insert({ run_id: runId, command, posted_at: this.#now() });
    });
  }

  takeCommands(runId: number): Promise<readonly OperatorCommand[]> {
    return this.#guarded('takeCommands', () =>
      this.#knex.transaction(async (transaction) => {
        const of = () => rowsOf(transaction, 'commands');
        const rows = await of().where('run_id', runId).whereNull('taken_at').orderBy('id').forUpdate();
        const taken = rows.map((row) => ({
          id: Number(required(row, 'id')),
          command: commandOf(required(row, 'command')),
        }));
        if (taken.length > 0) {
          await of()
            .whereIn(
              'id',
              taken.map(({ id }) => id),
            )
            .update({ taken_at: this.#now() });
        }
        return taken.map(({ command }) => command);
      }),
    );
  }

  async close(): Promise<void> {
    await this.#knex.destroy();
  }

  #rows(table: string): JournalRows {
    return rowsOf(this.#knex, table);
  }

  /** The server's clock, in UTC. */
  #now(): Knex.Raw {
    return this.#knex.raw('UTC_TIMESTAMP()');
  }

  #updateRun(method: string, runId: number, values: JournalValues): Promise<void> {
    return this.#guarded(method, async () => {
      const updated = await this.#rows('runs').where('id', runId).update(values);
      if (updated === 0) {
        // An update that changes nothing still counts the row (CLIENT_FOUND_ROWS, mysql2's default).
        throw unusable(`run ${runId} is not there`);
      }
    });
  }

  async #guarded<T>(method: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof TideoverError || error instanceof ServerError) throw error;
      throw journalErrorOf(error, method);
    }
  }
}
