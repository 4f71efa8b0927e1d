import type { Knex } from 'knex';

/** A cutover's intent describes all that is to be done after its statement, too. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(
    `ALTER TABLE tideover.intents ADD COLUMN IF NOT EXISTS table_change LONGTEXT NULL COMMENT 'JSON' AFTER statement`,
  );
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('ALTER TABLE tideover.intents DROP COLUMN IF EXISTS table_change');
}
