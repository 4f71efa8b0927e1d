import type { Knex } from 'knex';

/** What operators have said of a run is kept with it, so that it holds over a restart of the engine; and the heartbeat by which replicas are judged. */
const columns: readonly string[] = [
  "paused_by VARCHAR(255) NULL COMMENT 'user@host'",
  'paused_at DATETIME NULL',
  "set_values LONGTEXT NULL COMMENT 'JSON, by option name'",
  'set_by VARCHAR(255) NULL',
  'cutover_by VARCHAR(255) NULL',
  'cutover_not_before DATETIME NULL',
  'cutover_not_after DATETIME NULL',
];

export async function up(knex: Knex): Promise<void> {
  const added = columns.map((column) => `ADD COLUMN IF NOT EXISTS ${column}`).join(', ');
  await knex.raw(`ALTER TABLE tideover.runs ${added}`);
  await knex.raw(
    `CREATE TABLE IF NOT EXISTS tideover.heartbeats (
      run_id INT UNSIGNED NOT NULL PRIMARY KEY,
      origin BIGINT UNSIGNED NOT NULL COMMENT 'the engine, by a random number',
      sent_at BIGINT UNSIGNED NOT NULL COMMENT 'ms, by the clock of that engine'
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
  );
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE IF EXISTS tideover.heartbeats');
  const dropped = columns.map((column) => `DROP COLUMN IF EXISTS ${column.split(' ')[0]}`).join(', ');
  await knex.raw(`ALTER TABLE tideover.runs ${dropped}`);
}
