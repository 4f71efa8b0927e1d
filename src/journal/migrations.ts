import type { Knex } from 'knex';
import * as controlSchema from '../../migrations/001_control_schema.js';
import * as wholeChange from '../../migrations/002_whole_change.js';
import * as operatorControl from '../../migrations/003_operator_control.js';
import * as gtid from '../../migrations/004_gtid.js';
import { TideoverError } from '../errors.js';
import { journalSchema } from '../schema/names.js';

interface JournalMigration {
  readonly name: string;
  readonly steps: Knex.Migration;
}

/** Every version of the control schema, oldest first. A list and no directory scan: the same from src and from dist. */
const journalMigrations: readonly JournalMigration[] = [
  { name: '001_control_schema', steps: controlSchema },
  { name: '002_whole_change', steps: wholeChange },
  { name: '003_operator_control', steps: operatorControl },
  { name: '004_gtid', steps: gtid },
];

const migrationsTable = 'knex_migrations';

const source: Knex.MigrationSource<JournalMigration> = {
  getMigrations: () => Promise.resolve([...journalMigrations]),
  getMigrationName: (migration) => migration.name,
  getMigration: (migration) => Promise.resolve(migration.steps),
};

/** How knex keeps its own tables: inside the control schema. */
export const migratorConfig: Knex.MigratorConfig = {
  migrationSource: source,
  tableName: migrationsTable,
  schemaName: journalSchema,
};

/**
 * Throws `checkpoint-unusable` when the control schema has steps that this program does not know: it was upgraded by a newer
 * Tideover, and what the tables mean now cannot be guessed (I6).
 */
export async function refuseNewerJournal(knex: Knex): Promise<void> {
  if (!(await knex.schema.withSchema(journalSchema).hasTable(migrationsTable))) return;
  const known = new Set(journalMigrations.map((migration) => migration.name));
  const done: unknown[] = await knex(`${journalSchema}.${migrationsTable}`).orderBy('id').pluck('name');
  const unknown = done.map(String).filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  throw new TideoverError(
    'checkpoint-unusable',
    `the journal (schema ${journalSchema}) is of a newer Tideover: it has ${unknown.join(', ')}`,
    { hint: 'Use the version of Tideover that upgraded the journal, or a newer one.', facts: { unknown } },
  );
}
