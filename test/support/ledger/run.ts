import { messageOf, TideoverError } from '../../../src/errors.js';
import type { ConnectionSettings } from '../../../src/db/dsn.js';
import { chooseChanges } from './changes.js';
import { compare, differencesText, type Difference } from './check.js';
import { Ledger, ledgerTables } from './ledger.js';
import type { OperationName } from './operations.js';
import { Random } from './random.js';
import { shapes, type Shape } from './shapes.js';
import { Workload } from './workload.js';

export interface LedgerRunOptions<Result> {
  readonly settings: ConnectionSettings;
  readonly tables: number;
  readonly writers: number;
  readonly seed: string;
  /** Rows per table before the writers start. */
  readonly baseRows?: number;
  /** Kinds of tables, all of them by default. */
  readonly shapes?: readonly Shape[];
  /** Transactions of all writers before the migration starts, and after it has ended. */
  readonly transactionsAround?: number;
  /** Writers go on for at least this long before the migration, ms; 0 by default. */
  readonly minMs?: number;
  readonly thinkMs?: number;
  /** What the writers do; everything by default. */
  readonly only?: readonly OperationName[];
  /** What happens in the middle. Its rejection is part of the result: the ledger must hold then, too. */
  readonly migration: (task: MigrationTask) => Promise<Result>;
  /** The migration goes back in the end: the tables are what they were before. */
  readonly goesBack?: boolean;
  /** A statement to run on each table after the writers have stopped, for tests of the comparison. */
  readonly afterwards?: (table: string) => string;
}

/** What a migration in the middle of a run is asked to do. */
export interface MigrationTask {
  readonly settings: ConnectionSettings;
  readonly tables: readonly string[];
  /** One whole ALTER TABLE per table. */
  readonly alter: readonly string[];
  readonly workload: Workload;
}

export interface LedgerResult<Result> {
  readonly seed: string;
  readonly tables: readonly string[];
  readonly alter: readonly string[];
  readonly committed: number;
  readonly errors: Readonly<Record<string, number>>;
  readonly longestMs: number;
  /** Transactions whose end nobody saw. */
  readonly doubts: number;
  readonly rows: number;
  readonly migration: { readonly report: Result } | { readonly error: unknown };
  readonly differences: readonly Difference[];
  /** Every way in which the run was not what it must be, in words; empty when all is well. The migration's own error is not among them. */
  readonly faults: readonly string[];
}

/** Transactions around the migration unless the caller says else. */
const defaultTransactionsAround = 300;

/** Writers before, during and after a migration; then the tables are compared with what the server acknowledged. */
export async function runLedger<Result>(options: LedgerRunOptions<Result>): Promise<LedgerResult<Result>> {
  const { settings, writers, seed } = options;
  const random = new Random(seed);
  const ledger = new Ledger(
    ledgerTables({
      count: options.tables,
      writers,
      baseRows: options.baseRows ?? 2_000,
      shapes: options.shapes ?? shapes,
      random: random.fork('tables'),
    }),
  );
  const chosen = chooseChanges(
    ledger.tables,
    ({ shape: { definition, autoIncrement } }) => ({ definition, keyMayWiden: autoIncrement }),
    random.fork('changes'),
  );
  const alter = [...chosen].map(([table, change]) => change.alter(table.name));
  const tables = ledger.tables.map(({ name }) => name);
  await ledger.create(settings);
  const workload = new Workload({
    settings,
    desks: ledger.desks(options.only),
    random,
    thinkMs: options.thinkMs ?? 0,
  });
  const { migration, gaveUp } = await writeAround(workload, options, () =>
    options.migration({ settings, tables, alter, workload }),
  );
  if (options.afterwards) await ledger.tamper(settings, options.afterwards);
  const { rows, differences } = await compare(settings, ledger, (table) =>
    isLive(migration) && options.goesBack !== true ? chosen.get(table)!.added : {},
  );
  return {
    seed,
    tables,
    alter,
    committed: workload.committed,
    errors: workload.errors,
    longestMs: workload.longestMs,
    doubts: ledger.doubts.length,
    rows,
    migration,
    differences,
    faults: [...gaveUp, ...faultsOf(workload, ledger.observations, differences)],
  };
}

export type MigrationEnd<Result> = LedgerResult<Result>['migration'];

/** Writers before, during and after `work`; they have stopped when this resolves. */
export async function writeAround<Result>(
  workload: Workload,
  options: Pick<LedgerRunOptions<Result>, 'transactionsAround' | 'minMs'>,
  work: () => Promise<Result>,
): Promise<{ readonly migration: MigrationEnd<Result>; readonly gaveUp: readonly string[] }> {
  const around = options.transactionsAround ?? defaultTransactionsAround;
  workload.start();
  await workload.more(around);
  if (options.minMs) await new Promise((resolve) => setTimeout(resolve, options.minMs));
  const migration = await work().then(
    (report) => ({ report }),
    (error: unknown) => ({ error }),
  );
  await workload.more(around);
  const gaveUp = await workload.stop().then(
    () => [],
    (error: unknown) => [`a writer gave up: ${messageOf(error)}`],
  );
  return { migration, gaveUp };
}

/** True when the new tables are live, also where the migration failed after that. */
export function isLive(migration: MigrationEnd<unknown>): boolean {
  if ('report' in migration) return true;
  return migration.error instanceof TideoverError && migration.error.outcome === 'swapped';
}

export function faultsOf(
  workload: Workload,
  observations: readonly string[],
  differences: readonly Difference[],
): string[] {
  return [
    ...Object.entries(workload.harmfulErrors).map(([errno, count]) => `the service saw error ${errno} ${count} times`),
    ...observations.slice(0, 5),
    ...(differences.length === 0
      ? []
      : [`${differences.length} rows are not what was acknowledged:\n${differencesText(differences)}`]),
  ];
}

/** One line about a run. */
export function summaryOf(result: LedgerResult<unknown>): string {
  const errors = Object.entries(result.errors).map(([errno, count]) => `${errno}×${count}`);
  return [
    `seed ${result.seed}`,
    `${result.tables.length} tables`,
    `${result.committed} transactions`,
    `errors ${errors.join(' ') || 'none'}`,
    `slowest ${Math.round(result.longestMs)} ms`,
    `${result.rows} rows`,
    result.faults.length === 0 ? 'equal' : `${result.faults.length} FAULTS`,
  ].join(', ');
}
