import type { Knex } from 'knex';

/** The time after a cutover in which the old tables are kept in step with the new ones. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(
    `CREATE TABLE IF NOT EXISTS tideover.rollback_windows (
      run_id INT UNSIGNED NOT NULL PRIMARY KEY,
      way_back LONGTEXT NOT NULL COMMENT 'JSON, the plan from the new tables to the old ones',
      keep_s INT UNSIGNED NOT NULL,
      opened_at DATETIME NULL COMMENT 'the cutover; null before it'
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
  );
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE IF EXISTS tideover.rollback_windows');
}
