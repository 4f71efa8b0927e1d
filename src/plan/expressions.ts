import { quoteId } from '../db/quote.js';
import { ServerError } from '../db/server-error.js';
import type { Session } from '../db/session.js';
import { TideoverError } from '../errors.js';
import { readTable } from '../schema/introspect.js';
import { quoteTable } from '../schema/names.js';
import type { Column, ColumnMapping, Table } from '../schema/table.js';
import { fold } from './column-tracking.js';
import { declaredInVain, type ColumnExpression } from './declared.js';

const probeTable = '$tideover$probe';

/**
 * The declared expressions of one table as mappings. The server itself judges them, as a stored generated column over the columns of the source: so
 * they can only read the row, and give the same value whenever they are evaluated. `schema` is the scratch schema. Throws `usage-error`.
 */
export async function resolveExpressions(
  session: Session,
  schema: string,
  tables: { readonly source: Table; readonly shadow: Table },
  maps: readonly ColumnExpression[],
  option: '--map' | '--map-back' = '--map',
): Promise<ColumnMapping[]> {
  const mappings: ColumnMapping[] = [];
  for (const map of maps) {
    const shadow = tables.shadow.columns.find(({ name }) => fold(name) === fold(map.column));
    const flag = `${option} "${map.table}.${map.column}=${map.expression}"`;
    if (!shadow)
      throw declaredInVain(
        flag,
        `${option === '--map' ? 'after' : 'before'} the change ${map.table} has no column ${map.column}`,
      );
    if (shadow.generated !== null) throw declaredInVain(flag, `${map.column} is a generated column`);
    const expression = await canonical(session, schema, tables.source, shadow, map.expression).catch(
      (error: unknown) => {
        if (!(error instanceof ServerError) || error.connectionLost) throw error;
        throw new TideoverError('usage-error', `${flag} is refused by the server: ${error.message}`, {
          hint: `It must be an expression over the columns of ${tables.source.name.table} as they are ${option === '--map' ? 'before' : 'after'} the change, without subqueries, variables and functions whose value changes.`,
          facts: { errno: error.errno },
        });
      },
    );
    mappings.push({ source: valueColumn(shadow), shadow, expression });
  }
  return mappings;
}

/** The expression as the server writes it: every column quoted, every literal with its charset. */
async function canonical(
  session: Session,
  schema: string,
  source: Table,
  shadow: Column,
  expression: string,
): Promise<string> {
  const probe = { schema, table: probeTable };
  const result = freeName(source);
  await session.execute(
    `CREATE TABLE ${quoteTable(probe)} (${[
      ...source.columns.map((column) => `${quoteId(column.name)} ${typeSql(column)} NULL`),
      `${quoteId(result)} ${typeSql(shadow)} AS (${expression}\n) STORED`,
    ].join(', ')}) ENGINE=InnoDB`,
  );
  try {
    const read = await readTable(session, probe);
    const sql = read?.columns.find(({ name }) => name === result)?.generationSql;
    if (sql === undefined || sql === null) throw new Error('the server gave no generation expression');
    return sql;
  } finally {
    await session.execute(`DROP TABLE ${quoteTable(probe)}`);
  }
}

function typeSql(column: Column): string {
  return `${column.columnType}${column.collation === null ? '' : ` CHARACTER SET ${column.charset!} COLLATE ${column.collation}`}`;
}

function freeName(source: Table): string {
  const taken = new Set(source.columns.map(({ name }) => fold(name)));
  let name = 'computed';
  while (taken.has(name)) name += '_';
  return name;
}

/** What the expression's value is like: the shadow's type, perhaps NULL. A member of an ENUM or SET is its text. */
function valueColumn(shadow: Column): Column {
  const isList = shadow.dataType === 'enum' || shadow.dataType === 'set';
  return {
    ...shadow,
    nullable: true,
    autoIncrement: false,
    ...(isList ? { dataType: 'text', columnType: 'text' } : {}),
  };
}
