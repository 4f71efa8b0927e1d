import { quoteId, quoteString } from '../db/quote.js';
import { errno, ServerError } from '../db/server-error.js';
import type { Row, Session } from '../db/session.js';
import { quoteTable, type TableName } from './names.js';

/** What InnoDB does to a child's rows. `RESTRICT` is what a constraint without the clause has. */
export type ReferentialAction = 'RESTRICT' | 'CASCADE' | 'SET NULL' | 'NO ACTION';

/** A foreign key: `columns` of `child` refer to `parentColumns` of `parent`, in the same order. Its name is unique within the child's schema. */
export interface ForeignKey {
  readonly name: string;
  readonly child: TableName;
  readonly columns: readonly string[];
  readonly parent: TableName;
  readonly parentColumns: readonly string[];
  readonly onDelete: ReferentialAction;
  readonly onUpdate: ReferentialAction;
}

/** InnoDB changes the child's rows by itself then, and the binlog does not say so. */
export function changesChildren({ onDelete, onUpdate }: ForeignKey): boolean {
  return [onDelete, onUpdate].some((action) => action === 'CASCADE' || action === 'SET NULL');
}

/** The constraint's definition as ALTER TABLE … ADD takes it, with the parent's whole name. */
export function foreignKeySql(key: ForeignKey): string {
  const list = (columns: readonly string[]): string => columns.map(quoteId).join(', ');
  const action = (event: string, what: ReferentialAction): string =>
    what === 'RESTRICT' ? '' : ` ON ${event} ${what}`;
  return (
    `CONSTRAINT ${quoteId(key.name)} FOREIGN KEY (${list(key.columns)}) REFERENCES ${quoteTable(key.parent)} (${list(key.parentColumns)})` +
    action('DELETE', key.onDelete) +
    action('UPDATE', key.onUpdate)
  );
}

/**
 * Every foreign key that begins or ends at a table of the schema, whatever schema its other end is in, by child and name. They are read from
 * InnoDB's own dictionary, because information_schema.REFERENTIAL_CONSTRAINTS hides those of schemas that the user may not see. Needs
 * PROCESS; without it only what the user may see is found.
 */
export async function readForeignKeys(session: Session, schema: string): Promise<ForeignKey[]> {
  const keys = await readDictionary(session).catch((error: unknown) => {
    if (error instanceof ServerError && error.errno === errno.specificAccessDenied) return readVisible(session, schema);
    throw error;
  });
  return keys
    .filter(({ child, parent }) => child.schema === schema || parent.schema === schema)
    .sort((a, b) => compare(quoteTable(a.child), quoteTable(b.child)) || compare(a.name, b.name));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Bits of INNODB_SYS_FOREIGN.TYPE. Source: MariaDB's storage/innobase/include/dict0mem.h. */
const typeBits = {
  deleteCascade: 1,
  deleteSetNull: 2,
  updateCascade: 4,
  updateSetNull: 8,
  deleteNoAction: 16,
  updateNoAction: 32,
} as const;

async function readDictionary(session: Session): Promise<ForeignKey[]> {
  const keys = await session.query(
    `SELECT ID id, ${[
      "SUBSTRING(ID, LOCATE('/', ID) + 1) name",
      fromFileName("SUBSTRING_INDEX(FOR_NAME, '/', 1)", 'cs'),
      fromFileName("SUBSTRING(FOR_NAME, LOCATE('/', FOR_NAME) + 1)", 'ct'),
      fromFileName("SUBSTRING_INDEX(REF_NAME, '/', 1)", 'ps'),
      fromFileName("SUBSTRING(REF_NAME, LOCATE('/', REF_NAME) + 1)", 'pt'),
    ].join(', ')}, TYPE type FROM information_schema.INNODB_SYS_FOREIGN`,
  );
  if (keys.length === 0) return [];
  const columns = groupBy(
    await session.query(
      'SELECT ID id, FOR_COL_NAME c, REF_COL_NAME p FROM information_schema.INNODB_SYS_FOREIGN_COLS ORDER BY POS',
    ),
    (row) => text(row, 'id'),
  );
  return keys.map((row) => {
    const type = Number(text(row, 'type'));
    const own = columns.get(text(row, 'id')) ?? [];
    const action = (cascade: number, setNull: number, noAction: number): ReferentialAction =>
      type & cascade ? 'CASCADE' : type & setNull ? 'SET NULL' : type & noAction ? 'NO ACTION' : 'RESTRICT';
    return {
      name: text(row, 'name'),
      child: { schema: text(row, 'cs'), table: text(row, 'ct') },
      columns: own.map((column) => text(column, 'c')),
      parent: { schema: text(row, 'ps'), table: text(row, 'pt') },
      parentColumns: own.map((column) => text(column, 'p')),
      onDelete: action(typeBits.deleteCascade, typeBits.deleteSetNull, typeBits.deleteNoAction),
      onUpdate: action(typeBits.updateCascade, typeBits.updateSetNull, typeBits.updateNoAction),
    };
  });
}

/** InnoDB's dictionary spells the names of schemas and tables as file names (`we@002dird`). */
function fromFileName(sql: string, alias: string): string {
  return `CONVERT(CONVERT(CAST(${sql} AS BINARY) USING filename) USING utf8mb4) ${alias}`;
}

async function readVisible(session: Session, schema: string): Promise<ForeignKey[]> {
  const touching = (childSchema: string, parentSchema: string): string =>
    `(${childSchema} = ${quoteString(schema)} OR ${parentSchema} = ${quoteString(schema)})`;
  const columns = groupBy(
    await session.query(
      `SELECT CONSTRAINT_SCHEMA cs, CONSTRAINT_NAME name, TABLE_NAME ct, COLUMN_NAME c, REFERENCED_COLUMN_NAME p
       FROM information_schema.KEY_COLUMN_USAGE
       WHERE REFERENCED_TABLE_NAME IS NOT NULL AND ${touching('CONSTRAINT_SCHEMA', 'REFERENCED_TABLE_SCHEMA')}
       ORDER BY ORDINAL_POSITION`,
    ),
    constraintId,
  );
  const rows = await session.query(
    `SELECT CONSTRAINT_NAME name, CONSTRAINT_SCHEMA cs, TABLE_NAME ct, UNIQUE_CONSTRAINT_SCHEMA ps, REFERENCED_TABLE_NAME pt,
       DELETE_RULE onDelete, UPDATE_RULE onUpdate
     FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE ${touching('CONSTRAINT_SCHEMA', 'UNIQUE_CONSTRAINT_SCHEMA')}`,
  );
  return rows.map((row) => {
    const own = columns.get(constraintId(row)) ?? [];
    return {
      name: text(row, 'name'),
      child: { schema: text(row, 'cs'), table: text(row, 'ct') },
      columns: own.map((column) => text(column, 'c')),
      parent: { schema: text(row, 'ps'), table: text(row, 'pt') },
      parentColumns: own.map((column) => text(column, 'p')),
      onDelete: text(row, 'onDelete') as ReferentialAction,
      onUpdate: text(row, 'onUpdate') as ReferentialAction,
    };
  });
}

function groupBy(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return groups;
}

function constraintId(row: Row): string {
  return JSON.stringify([row['cs'], row['ct'], row['name']]);
}

function text(row: Row, column: string): string {
  const value = row[column];
  if (value === undefined || value === null) throw new Error(`the server returned no ${column}`);
  return value;
}
