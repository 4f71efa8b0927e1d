import { hostname, userInfo } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { ConnectionSettings } from '../db/dsn.js';
import { openFirstSession } from '../db/first-session.js';
import { quoteId, quoteString } from '../db/quote.js';
import { Server } from '../db/server.js';
import type { Session } from '../db/session.js';
import { TideoverError } from '../errors.js';
import type { Journal, OperatorCommand, Phase, RunRecord } from '../journal/journal.js';
import { journalExists, openJournal } from '../journal/open-journal.js';
import { acquireRunLock, isRunLockHeld } from '../journal/run-lock.js';
import { tableNames } from '../schema/introspect.js';
import { quoteTable, retiredSchemaOf, shadowSchemaOf } from '../schema/names.js';
import { dropRetired, dropRun } from './dropping.js';
import { checkedLive, type LiveValues } from './live-options.js';
import type { CutoverWindow, Operator } from './migration.js';
import { isWindow } from './window.js';

/** How long `abort` and `finish` wait for a live engine: it may have a chunk, an index build or a hook to finish. */
const letGoMs = 120_000;
const pollMs = 200;

/** Phases in which the new tables are live. */
const swappedPhases: readonly Phase[] = ['settling', 'done', 'rollback-window', 'rolling-back', 'rolled-back'];

/** The operator's verbs for the runs of one database, from any host, through the journal. */
export function createOperator(connection: ConnectionSettings): Operator {
  return new JournalOperator(new Server(connection), connection.database);
}

class JournalOperator implements Operator {
  readonly #server: Server;
  readonly #database: string;
  #journal: Journal | undefined;

  constructor(server: Server, database: string) {
    this.#server = server;
    this.#database = database;
  }

  async status(): Promise<readonly RunRecord[]> {
    const journal = await this.#openJournal();
    return journal === null ? [] : journal.runs(this.#database);
  }

  async cutover({ notBefore, notAfter }: CutoverWindow = {}): Promise<void> {
    if (notAfter !== undefined && notAfter.getTime() <= Math.max(Date.now(), notBefore?.getTime() ?? 0)) {
      throw new TideoverError('usage-error', `the cutover could never begin: not after ${notAfter.toISOString()}`, {
        hint: 'Give a --not-after that is to come, and after --not-before.',
      });
    }
    const { journal, run } = await this.#unfinished();
    if (!(await this.#engineLives())) {
      throw new TideoverError('usage-error', `no engine works on run ${run.id} of ${this.#database}`, {
        hint: 'Start `tideover run` with the same change: it continues the run and cuts over.',
      });
    }
    const word = {
      by: operatorName(),
      notBefore: journalTime(notBefore, Math.ceil),
      notAfter: journalTime(notAfter, Math.floor),
    };
    await journal.saveCutoverWord(run.id, word);
  }

  async pause(): Promise<RunRecord> {
    const { journal, run } = await this.#unfinished();
    await journal.pauseRun(run.id, operatorName());
    return findRun(journal, this.#database, run.id);
  }

  async resume(): Promise<RunRecord> {
    const { journal, run } = await this.#unfinished();
    await journal.resumeRun(run.id);
    return run;
  }

  async set(values: LiveValues): Promise<RunRecord> {
    const checked = checkedLive(values);
    const { journal, run } = await this.#unfinished();
    await journal.setValues(run.id, operatorName(), checked);
    return findRun(journal, this.#database, run.id);
  }

  async verify(): Promise<boolean> {
    const { journal, run } = await this.#unfinished();
    if (!(await this.#engineLives())) return false;
    await journal.postCommand(run.id, 'verify');
    return true;
  }

  async rollback(): Promise<RunRecord> {
    const { journal, run } = await this.#window();
    if (!(await this.#engineLives())) {
      throw new TideoverError('usage-error', `no engine keeps the rollback window of run ${run.id}`, {
        hint: 'Start `tideover run` with the same change: it brings the old tables up to date. Then roll back.',
      });
    }
    await journal.resumeRun(run.id);
    await journal.postCommand(run.id, 'rollback');
    for (;;) {
      // What an engine that is not there any more has come to is final.
      const lives = await this.#engineLives();
      const now = await findRun(journal, this.#database, run.id);
      if (now.phase === 'rolled-back') return now;
      if (finishedWindow(now) || !lives) throw notRolledBack(now);
      await delay(pollMs);
    }
  }

  async finish(): Promise<RunRecord> {
    const { journal, run } = await this.#window();
    return this.#ended(journal, run, 'finish', () => this.#finishHere(journal, run.id));
  }

  async abort(): Promise<RunRecord> {
    const { journal, run } = await this.#unfinished();
    if (isWindow(run)) throw notToBeAborted(run);
    return this.#ended(journal, run, 'abort', () => this.#abortHere(journal, run.id));
  }

  async cleanup(): Promise<readonly string[]> {
    const journal = await this.#openJournal();
    if (journal === null) return [];
    const lock = await acquireRunLock(this.#server, this.#database);
    try {
      const unfinished = await journal.unfinishedRun(this.#database);
      if (lock === null || unfinished !== null) throw stillRunning(this.#database, unfinished);
      const runs = await journal.runs(this.#database);
      return await this.#server.withSession('cleanup', (session) => this.#dropLeftovers(session, runs));
    } finally {
      await lock?.release();
    }
  }

  async close(): Promise<void> {
    await this.#journal?.close();
    this.#journal = undefined;
  }

  /** Null when the server has no journal: looking must not create one. */
  async #openJournal(): Promise<Journal | null> {
    if (this.#journal) return this.#journal;
    const session = await openFirstSession(this.#server, 'looking for the journal');
    const exists = await journalExists(session).finally(() => session.close());
    if (!exists) return null;
    const journal = await openJournal(this.#server);
    this.#journal = journal;
    await journal.migrate();
    return journal;
  }

  async #unfinished(): Promise<{ journal: Journal; run: RunRecord }> {
    const journal = await this.#openJournal();
    const run = (await journal?.unfinishedRun(this.#database)) ?? null;
    if (journal === null || run === null) {
      throw new TideoverError('usage-error', `${this.#database} has no unfinished run`, {
        hint: '`tideover status` lists its runs.',
      });
    }
    return { journal, run };
  }

  #engineLives(): Promise<boolean> {
    return this.#server.withSession('looking for an engine', (session) => isRunLockHeld(session, this.#database));
  }

  /** Ends a run by `here`, with its run lock: a live engine is told by `command` to let go of it, and no other one begins meanwhile. */
  async #ended(
    journal: Journal,
    run: RunRecord,
    command: OperatorCommand,
    here: () => Promise<RunRecord>,
  ): Promise<RunRecord> {
    const deadline = Date.now() + letGoMs;
    for (let posted = false; ; posted = true) {
      const lock = await acquireRunLock(this.#server, this.#database);
      if (lock !== null) return here().finally(() => lock.release());
      if (!posted) await journal.postCommand(run.id, command);
      if (Date.now() > deadline) throw notEnded(run);
      await delay(pollMs);
    }
  }

  /** Ends the run while this process holds the run lock. The engine may have ended it, either way, before it let go. */
  async #abortHere(journal: Journal, runId: number): Promise<RunRecord> {
    const run = await findRun(journal, this.#database, runId);
    if (run.phase === 'aborted') return run;
    if (swappedPhases.includes(run.phase)) throw notToBeAborted(run);
    if ((await journal.loadIntent(runId)) !== null) {
      throw new TideoverError('cutover-outcome-unknown', `run ${runId} was in its RENAME when its engine ended`, {
        hint: 'Start `tideover run` with the same change: it finds out which tables are live and continues from there.',
      });
    }
    await dropRun({ server: this.#server, journal }, run);
    return findRun(journal, this.#database, runId);
  }

  /** Ends the window while this process holds the run lock. The engine may have ended it, either way, before it let go. */
  async #finishHere(journal: Journal, runId: number): Promise<RunRecord> {
    const run = await findRun(journal, this.#database, runId);
    if (finishedWindow(run)) return run;
    if ((await journal.loadIntent(runId)) !== null) {
      throw new TideoverError('cutover-outcome-unknown', `run ${runId} was in its RENAME when its engine ended`, {
        hint: 'Start `tideover run` with the same change: it finds out which tables are live and continues from there.',
      });
    }
    await dropRetired(this.#server, this.#database, run.tables);
    await journal.setPhase(runId, 'done');
    return findRun(journal, this.#database, runId);
  }

  async #window(): Promise<{ journal: Journal; run: RunRecord }> {
    const unfinished = await this.#unfinished();
    if (isWindow(unfinished.run)) return unfinished;
    throw new TideoverError(
      'usage-error',
      `run ${unfinished.run.id} is ${unfinished.run.phase}: it has no way back yet`,
      {
        hint: 'Until the cutover the old tables are live: `tideover abort` gives the run up.',
      },
    );
  }

  async #dropLeftovers(session: Session, runs: readonly RunRecord[]): Promise<readonly string[]> {
    // Preflight lets no run begin beside schemas of these names, so after a run they are the run's.
    if (runs.length === 0) return [];
    const retired = retiredSchemaOf(this.#database);
    const ours = new Set(runs.flatMap((run) => run.tables));
    const foreign = (await tableNames(session, retired)).filter((table) => !ours.has(table));
    if (foreign.length > 0) {
      throw new TideoverError(
        'cleanup-failed',
        `${retired} holds tables that no run put there: ${foreign.join(', ')}`,
        {
          hint: 'Move them to another schema, or drop them, and clean up again.',
          facts: { tables: foreign },
        },
      );
    }
    const dropped: string[] = [];
    for (const schema of [shadowSchemaOf(this.#database), retired]) {
      if (await dropTableByTable(session, schema)) dropped.push(schema);
    }
    return dropped;
  }
}

/** `user@host`, for those who ask later who it was. */
function operatorName(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    // A user without a name: containers have them.
    return `${process.getuid?.() ?? 'somebody'}@${hostname()}`;
  }
}

/** As the journal writes times: in whole seconds, so that a window may become shorter and never longer. */
function journalTime(time: Date | undefined, round: (seconds: number) => number): string | null {
  if (time === undefined) return null;
  return new Date(round(time.getTime() / 1000) * 1000).toISOString().slice(0, 19).replace('T', ' ');
}

function stillRunning(database: string, run: RunRecord | null): TideoverError {
  const what = run === null ? 'an engine works on it' : `run ${run.id} is ${run.phase}`;
  return new TideoverError('run-in-progress', `${database} is not to be cleaned up: ${what}`, {
    hint: 'Finish it with `tideover run`, or give it up with `tideover abort`.',
  });
}

function finishedWindow({ phase }: RunRecord): boolean {
  return phase === 'done' || phase === 'rolled-back';
}

function notRolledBack({ id, phase, lastError }: RunRecord): TideoverError {
  return new TideoverError(
    'wait-expired',
    `run ${id} was not rolled back: it is ${phase}, ${lastError ?? 'without an error'}`,
    {
      hint: 'Look with `tideover status`. `tideover run` with the same change goes on with the rollback.',
    },
  );
}

function notEnded({ id, engine }: RunRecord): TideoverError {
  return new TideoverError('wait-expired', `the engine ${engine} has not ended run ${id} within ${letGoMs / 1000} s`, {
    hint: 'It was told to; look with `tideover status`. If it hangs, end its process and say it again.',
  });
}

function notToBeAborted({ id, phase }: RunRecord): TideoverError {
  const hints: Partial<Record<Phase, string>> = {
    settling: 'Start `tideover run` with the same change: it finishes the run.',
    'rollback-window': 'Go back with `tideover rollback`, or end the window with `tideover finish`.',
    'rolling-back': 'Start `tideover run` with the same change: it goes on with the rollback.',
    'rolled-back': 'The old tables are live; `tideover cleanup` drops the new ones.',
  };
  return new TideoverError('cleanup-failed', `run ${id} cannot be aborted: it is ${phase}`, {
    hint: hints[phase] ?? 'The old tables are in the retired schema until `tideover cleanup`.',
  });
}

async function findRun(journal: Journal, database: string, runId: number): Promise<RunRecord> {
  const run = (await journal.runs(database)).find(({ id }) => id === runId);
  if (!run)
    throw new TideoverError('checkpoint-unusable', `run ${runId} has vanished from the journal`, {
      hint: 'Somebody has changed the schema tideover by hand. Look at what is left: `tideover status`.',
    });
  return run;
}

/** So that no single statement is long. Returns whether there was such a schema. */
async function dropTableByTable(session: Session, schema: string): Promise<boolean> {
  const found = await session.query(
    `SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ${quoteString(schema)}`,
  );
  if (found.length === 0) return false;
  for (const table of await tableNames(session, schema)) {
    await session.execute(`DROP TABLE IF EXISTS ${quoteTable({ schema, table })}`);
  }
  await session.execute(`DROP DATABASE IF EXISTS ${quoteId(schema)}`);
  return true;
}
