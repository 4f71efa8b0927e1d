import type { Knex } from 'knex';

/** Tables of the control schema. They are all InnoDB: the journal's promises are its transactions. */
const tables: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS tideover.runs (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    database_name VARCHAR(64) COLLATE utf8mb4_bin NOT NULL,
    plan_hash VARCHAR(64) NOT NULL,
    statements LONGTEXT NOT NULL COMMENT 'JSON, array of texts',
    table_names LONGTEXT NOT NULL COMMENT 'JSON, array of texts',
    phase VARCHAR(32) NOT NULL,
    started_at DATETIME NOT NULL COMMENT 'UTC, as every time here',
    finished_at DATETIME NULL,
    heartbeat_at DATETIME NULL,
    engine VARCHAR(255) NOT NULL COMMENT 'host:pid',
    last_error LONGTEXT NULL,
    progress LONGTEXT NULL COMMENT 'JSON',
    report LONGTEXT NULL COMMENT 'JSON',
    KEY database_name (database_name, id)
  )`,
  `CREATE TABLE IF NOT EXISTS tideover.checkpoints (
    run_id INT UNSIGNED NOT NULL PRIMARY KEY,
    binlog_file VARCHAR(512) NOT NULL,
    binlog_offset BIGINT UNSIGNED NOT NULL,
    saved_at DATETIME NOT NULL
  )`,
  `CREATE TABLE IF NOT EXISTS tideover.checkpoint_tables (
    run_id INT UNSIGNED NOT NULL,
    table_name VARCHAR(64) COLLATE utf8mb4_bin NOT NULL,
    watermark LONGTEXT NULL COMMENT 'key literal; every row up to it is copied',
    copy_done TINYINT NOT NULL,
    rows_copied BIGINT UNSIGNED NOT NULL,
    PRIMARY KEY (run_id, table_name)
  )`,
  `CREATE TABLE IF NOT EXISTS tideover.checkpoint_pending (
    run_id INT UNSIGNED NOT NULL,
    part INT UNSIGNED NOT NULL,
    changes LONGTEXT NOT NULL COMMENT 'JSON, array of [table, kind, key]',
    PRIMARY KEY (run_id, part)
  )`,
  `CREATE TABLE IF NOT EXISTS tideover.intents (
    run_id INT UNSIGNED NOT NULL PRIMARY KEY,
    step VARCHAR(32) NOT NULL,
    statement LONGTEXT NOT NULL,
    binlog_file VARCHAR(512) NOT NULL,
    binlog_offset BIGINT UNSIGNED NOT NULL,
    recorded_at DATETIME NOT NULL
  )`,
  `CREATE TABLE IF NOT EXISTS tideover.commands (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    run_id INT UNSIGNED NOT NULL,
    command VARCHAR(32) NOT NULL,
    posted_at DATETIME NOT NULL,
    taken_at DATETIME NULL,
    KEY run_id (run_id, taken_at)
  )`,
];

// DDL commits by itself, so a crash can leave half of the tables: IF NOT EXISTS makes the next try finish them.
export async function up(knex: Knex): Promise<void> {
  for (const sql of tables) await knex.raw(`${sql} ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`);
}

export async function down(knex: Knex): Promise<void> {
  for (const name of ['commands', 'intents', 'checkpoint_pending', 'checkpoint_tables', 'checkpoints', 'runs']) {
    await knex.raw(`DROP TABLE IF EXISTS tideover.${name}`);
  }
}
