import type { Knex } from 'knex';

/** Places in the binlog are kept by their GTID position, too: a replica that was promoted has them elsewhere. */
const tables = ['checkpoints', 'intents'];

export async function up(knex: Knex): Promise<void> {
  for (const table of tables)
    await knex.raw(`ALTER TABLE tideover.${table} ADD COLUMN IF NOT EXISTS gtid TEXT NULL AFTER binlog_offset`);
}

export async function down(knex: Knex): Promise<void> {
  for (const table of tables) await knex.raw(`ALTER TABLE tideover.${table} DROP COLUMN IF EXISTS gtid`);
}
