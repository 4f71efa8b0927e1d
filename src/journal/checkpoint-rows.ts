import type { Knex } from 'knex';
import { rowsOf } from './connection.js';
import type { Checkpoint } from './journal.js';
import { decodePending, encodePending } from './pending-keys.js';
import { columnsOf, positionOf, required, unusable, type JournalRow } from './records.js';

/** Replaces the run's checkpoint; the caller's transaction makes it one step (I5). */
export async function writeCheckpoint(transaction: Knex, runId: number, checkpoint: Checkpoint): Promise<void> {
  await rowsOf(transaction, 'checkpoints')
    .insert({
      run_id: runId,
      ...columnsOf(checkpoint.position),
      saved_at: transaction.raw('UTC_TIMESTAMP()'),
    })
    .onConflict()
    .merge();
  await rowsOf(transaction, 'checkpoint_tables').where('run_id', runId).delete();
  await rowsOf(transaction, 'checkpoint_pending').where('run_id', runId).delete();
  if (checkpoint.tables.length > 0) {
    await rowsOf(transaction, 'checkpoint_tables').insert(
      checkpoint.tables.map((table) => ({
        run_id: runId,
        table_name: table.table,
        watermark: table.watermark,
        copy_done: table.copyDone ? 1 : 0,
        rows_copied: table.rowsCopied,
      })),
    );
  }
  for (const [part, changes] of encodePending(checkpoint.pending).entries()) {
    await rowsOf(transaction, 'checkpoint_pending').insert({ run_id: runId, part, changes });
  }
}

/** Reads the run's checkpoint; the caller's transaction shows all of it as of one moment. */
export async function readCheckpoint(transaction: Knex, runId: number): Promise<Checkpoint | null> {
  const head = await rowsOf(transaction, 'checkpoints').where('run_id', runId).first();
  if (!head) return null;
  const tables = await rowsOf(transaction, 'checkpoint_tables').where('run_id', runId).orderBy('table_name');
  const parts = await rowsOf(transaction, 'checkpoint_pending').where('run_id', runId).orderBy('part');
  return {
    position: positionOf(head),
    pending: pendingOf(parts),
    tables: tables.map((row) => ({
      table: required(row, 'table_name'),
      watermark: row['watermark'] ?? null,
      copyDone: row['copy_done'] === '1',
      rowsCopied: Number(required(row, 'rows_copied')),
    })),
  };
}

function pendingOf(parts: readonly JournalRow[]): Checkpoint['pending'] {
  try {
    return decodePending(parts.map((row) => required(row, 'changes')));
  } catch (error) {
    throw unusable('its pending changes are damaged', error);
  }
}
