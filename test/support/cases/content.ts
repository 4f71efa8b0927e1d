import { quoteId, quoteString } from '../../../src/db/quote.js';
import type { Session } from '../../../src/db/session.js';
import { quoteTable } from '../../../src/schema/names.js';

/** A table as the server shows it. */
export interface TableContent {
  /** With AUTO_INCREMENT and every option. */
  readonly createSql: string;
  /** One text per row with every column's value, sorted. */
  readonly rows: readonly string[];
  /** The server's own checksum over what it has stored; null where a column is undetermined or VIRTUAL. */
  readonly checksum: string | null;
}

/** Values longer than this are compared by length and SHA-256. */
const longestValue = 2_000;

/** Everything in a schema's tables. `undetermined` are columns (`table.column`) of which only NULLs are told. */
export async function readContent(
  session: Session,
  schema: string,
  undetermined: readonly string[] = [],
): Promise<Map<string, TableContent>> {
  // Whatever was executed before: no value may be judged or converted while it is read.
  await session.execute("SET SESSION sql_mode = '', time_zone = '+00:00', group_concat_max_len = 1048576");
  await session.execute('SET NAMES utf8mb4');
  const content = new Map<string, TableContent>();
  for (const table of await baseTables(session, schema)) {
    content.set(table, await readTableContent(session, schema, table, undetermined));
  }
  return content;
}

export async function baseTables(session: Session, schema: string): Promise<string[]> {
  const rows = await session.query(
    `SELECT TABLE_NAME t FROM information_schema.TABLES WHERE TABLE_SCHEMA = ${quoteString(schema)} AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED') ORDER BY 1`,
  );
  return rows.map((row) => row['t']!);
}

async function readTableContent(
  session: Session,
  schema: string,
  table: string,
  undetermined: readonly string[],
): Promise<TableContent> {
  const name = quoteTable({ schema, table });
  const created = await session.queryOne(`SHOW CREATE TABLE ${name}`);
  const columns = await session.query(
    `SELECT COLUMN_NAME name, DATA_TYPE type, EXTRA extra FROM information_schema.COLUMNS
     WHERE TABLE_SCHEMA = ${quoteString(schema)} AND TABLE_NAME = ${quoteString(table)} ORDER BY ORDINAL_POSITION`,
  );
  const isUndetermined = (column: string): boolean => undetermined.includes(`${table}.${column}`);
  const values = columns.map(({ name: column, type }) =>
    isUndetermined(column!) ? `${quoteId(column!)} IS NULL` : `IFNULL(${valueSql(quoteId(column!), type!)}, 'NULL')`,
  );
  const rows = await session.query(`SELECT CONCAT_WS(' ', ${values.join(', ')}) AS v FROM ${name}`);
  // A VIRTUAL column has no stored value: its checksum is one of whatever is in memory.
  const whole = !columns.some(({ name: column, extra }) => isUndetermined(column!) || extra!.includes('VIRTUAL'));
  const checksum = whole ? (await session.queryOne(`CHECKSUM TABLE ${name} EXTENDED`))['Checksum']! : null;
  return { createSql: created['Create Table']!, rows: rows.map((row) => row['v']!).sort(), checksum };
}

/** A value as text that tells everything that is stored. Not by `schema/comparable.ts`: that is what is tested. */
function valueSql(sql: string, type: string): string {
  switch (type) {
    case 'tinyint':
    case 'smallint':
    case 'mediumint':
    case 'int':
    case 'bigint':
    case 'decimal':
    case 'year':
    case 'date':
    case 'datetime':
    case 'timestamp':
    case 'time':
      return `CAST(${sql} AS CHAR)`;
    case 'float':
    case 'double':
      // A FLOAT prints six digits only; a DOUBLE prints as many as tell it from its neighbours.
      return `CAST(CAST(${sql} AS DOUBLE) AS CHAR)`;
    case 'bit':
      return `BIN(${sql} + 0)`;
    case 'enum':
    case 'set':
      // The index 0 of an invalid value has the text of a member ''.
      return `CONCAT(CAST(${sql} AS UNSIGNED), ':', HEX(${sql}))`;
    default:
      return `IF(LENGTH(${sql}) > ${longestValue}, CONCAT(LENGTH(${sql}), ':', SHA2(CAST(${sql} AS BINARY), 256)), HEX(${sql}))`;
  }
}

/** What is not the same in two schemas, in a few lines; empty when they are equal. The first one is `expected`. */
export function contentDifferences(
  expected: ReadonlyMap<string, TableContent>,
  actual: ReadonlyMap<string, TableContent>,
): string[] {
  return [...new Set([...expected.keys(), ...actual.keys()])].flatMap((table) => {
    const [one, other] = [expected.get(table), actual.get(table)];
    if (!one || !other) return [`${table} is ${one ? 'missing' : 'surplus'}`];
    return tableDifferences(one, other).map((difference) => `${table}: ${difference}`);
  });
}

const shownRows = 5;

function tableDifferences(expected: TableContent, actual: TableContent): string[] {
  const found: string[] = [];
  if (expected.createSql !== actual.createSql) {
    found.push(`the structure is\n${actual.createSql}\ninstead of\n${expected.createSql}`);
  }
  const [missing, surplus] = [without(expected.rows, actual.rows), without(actual.rows, expected.rows)];
  if (missing.length + surplus.length > 0) {
    const shown = (rows: readonly string[]): string => rows.slice(0, shownRows).map(shortened).join('\n  ');
    found.push(
      `${missing.length} rows are missing or different\n  ${shown(missing)}\n  ${surplus.length} are there instead\n  ${shown(surplus)}`,
    );
  } else if (expected.checksum !== actual.checksum) {
    found.push(`the rows read the same, but their checksum is ${actual.checksum}, not ${expected.checksum}`);
  }
  return found;
}

function shortened(row: string): string {
  return row.length > 600 ? `${row.slice(0, 600)}…` : row;
}

/** The rows of `all` that are not in `others`, counting equal ones. */
function without(all: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const row of others) left.set(row, (left.get(row) ?? 0) + 1);
  return all.filter((row) => {
    const count = left.get(row) ?? 0;
    left.set(row, count - 1);
    return count <= 0;
  });
}
