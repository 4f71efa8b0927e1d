import { messageOf } from '../../../../src/errors.js';
import type { ConnectionSettings } from '../../../../src/db/dsn.js';
import { chooseChanges, type Changeable } from '../changes.js';
import { Client } from '../client.js';
import { Random } from '../random.js';
import { faultsOf, isLive, writeAround, type LedgerResult, type MigrationTask } from '../run.js';
import { Workload } from '../workload.js';
import { compareWeb } from './check.js';
import { createWeb } from './create.js';
import { WebDesk } from './desk.js';
import type { WebOperationName } from './operations.js';
import { structureFaults } from './structure.js';
import type { Refused } from './transaction.js';
import type { Web } from './web.js';

export interface WebRunOptions<Result> {
  readonly settings: ConnectionSettings;
  readonly web: Web;
  /** The tables that are changed; the others stay as they are. */
  readonly migrate: readonly string[];
  readonly writers: number;
  readonly seed: string;
  /** Rows per table of all writers together, before they start. */
  readonly baseRows?: number;
  /** Transactions of all writers before the migration starts, and after it has ended. */
  readonly transactionsAround?: number;
  /** Writers go on for at least this long before the migration, ms; 0 by default. */
  readonly minMs?: number;
  readonly thinkMs?: number;
  /** Errors that somebody else causes meanwhile, by the server's number; 0 is a broken connection. */
  readonly expected?: readonly number[];
  /** What the writers do; everything by default. */
  readonly only?: readonly WebOperationName[];
  /** What happens in the middle. Its rejection is part of the result: the ledger must hold then, too. */
  readonly migration: (task: MigrationTask) => Promise<Result>;
  /** Statements to run after the writers have stopped, for tests of the comparison. */
  readonly afterwards?: readonly string[];
}

export interface WebResult<Result> extends LedgerResult<Result> {
  readonly web: string;
  /** Rows that foreign keys changed or deleted, with those of transactions that were rolled back. */
  readonly cascaded: number;
  /** Statements that the server refused, as it had to, by its number. */
  readonly refused: Refused;
}

/**
 * Writers on tables that foreign keys connect, before, during and after the migration of some of them; then the rows are compared with what
 * the server acknowledged and what its foreign keys must have done, and the foreign keys with those that were there before.
 */
export async function runWeb<Result>(options: WebRunOptions<Result>): Promise<WebResult<Result>> {
  const { settings, web, writers, seed } = options;
  const random = new Random(seed);
  const observations: string[] = [];
  const desks = Array.from({ length: writers }, (_, index) => {
    const baseRows = (options.baseRows ?? 2_000) / writers;
    const only = options.only === undefined ? {} : { only: options.only };
    return new WebDesk({ web, index, writers, baseRows, observed: (text) => observations.push(text), ...only });
  });
  desks.forEach((desk, index) => desk.fill(random.fork(`base rows ${index}`)));
  const worlds = desks.map(({ world }) => world);
  const chosen = chooseChanges(options.migrate, (name) => changeable(web, name), random.fork('changes'));
  const alter = [...chosen].map(([table, change]) => change.alter(table));
  await withClient(settings, (client) => createWeb(client, worlds));
  const workload = new Workload({
    settings,
    desks,
    random,
    thinkMs: options.thinkMs ?? 0,
    expected: options.expected ?? [],
  });
  const { migration, gaveUp } = await writeAround(workload, options, () =>
    options.migration({ settings, tables: options.migrate, alter, workload }),
  );
  const addedTo = (table: string) => (isLive(migration) ? (chosen.get(table)?.added ?? {}) : {});
  return withClient(settings, async (client) => {
    const unsettled = await settleAll(client, desks);
    for (const statement of options.afterwards ?? []) await client.execute(statement);
    const { rows, differences } = await compareWeb(client, worlds, addedTo);
    const structure = await structureFaults(client, settings.database, web);
    return {
      seed,
      web: web.name,
      tables: options.migrate,
      alter,
      committed: workload.committed,
      errors: workload.errors,
      longestMs: workload.longestMs,
      doubts: desks.reduce((sum, desk) => sum + desk.doubts, 0),
      rows,
      migration,
      differences,
      faults: [...gaveUp, ...unsettled, ...faultsOf(workload, observations, differences), ...structure],
      cascaded: desks.reduce((sum, desk) => sum + desk.cascaded, 0),
      refused: sumOf(desks.map(({ refused }) => refused)),
    };
  });
}

function changeable({ tables, foreignKeys }: Web, name: string): Changeable {
  const { definition, autoIncrement, keyColumns } = tables.find((table) => table.name === name)!;
  const isReferred = foreignKeys.some(
    ({ parent, parentColumns }) => parent === name && parentColumns.some((column) => keyColumns.includes(column)),
  );
  return { definition, keyMayWiden: autoIncrement && !isReferred };
}

async function withClient<Result>(
  settings: ConnectionSettings,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = await Client.open(settings);
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

/** Transactions in doubt whose writer did not come back. */
async function settleAll(client: Client, desks: readonly WebDesk[]): Promise<string[]> {
  const faults: string[] = [];
  for (const desk of desks) await desk.settle(client).catch((error: unknown) => faults.push(messageOf(error)));
  return faults;
}

function sumOf(counts: readonly Refused[]): Refused {
  const sum: Refused = {};
  for (const [errno, count] of counts.flatMap((each) => Object.entries(each))) sum[errno] = (sum[errno] ?? 0) + count;
  return sum;
}

/** What a run met, for its line of summary. */
export function webSummaryOf({ web, tables, cascaded, refused }: WebResult<unknown>): string {
  const refusals = Object.entries(refused).map(([errno, count]) => `${errno}×${count}`);
  return `${web} with ${tables.join(' ')} migrated, ${cascaded} rows cascaded, refused ${refusals.join(' ') || 'none'}`;
}
