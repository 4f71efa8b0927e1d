import { quoteId, quoteString } from '../../db/quote.js';
import { fold } from '../../plan/column-tracking.js';
import { quoteTable } from '../../schema/names.js';
import { losesNames, tableChanges, type TableChange } from '../dependents.js';
import { ownGrants } from '../grants.js';
import { field, type Check, type PreflightContext } from '../context.js';

/**
 * MariaDB keeps privileges by name: those on a table and on its columns hold for the new table as soon as it has the name. So they are
 * lost only where a name goes: a renamed or dropped column or table.
 */
export const accountGrants: Check = async (context) => {
  const { session, plan, onWarning } = context;
  const losing = tableChanges(plan).filter(losesNames);
  if (losing.length === 0) return [];
  const grants = await ownGrants(session);
  const sees = ['tables_priv', 'columns_priv'].every((table) => grants.onTable('SELECT', { schema: 'mysql', table }));
  if (!sees) {
    onWarning?.(
      'grants of other accounts on what vanishes were not looked for: that needs SELECT ON mysql.tables_priv and mysql.columns_priv',
    );
    return [];
  }
  for (const change of losing) {
    if (change.becomes === change.table) await columnGrants(context, change);
    else await tableGrants(context, change, change.becomes);
  }
  return [];
};

async function tableGrants(
  { session, plan, onWarning }: PreflightContext,
  { table }: TableChange,
  becomes: string | null,
): Promise<void> {
  const { database } = plan;
  const rows = await session.query(
    `SELECT GRANTEE g, GROUP_CONCAT(PRIVILEGE_TYPE ORDER BY 1 SEPARATOR ', ') p FROM (
       SELECT GRANTEE, TABLE_NAME t, PRIVILEGE_TYPE FROM information_schema.TABLE_PRIVILEGES WHERE TABLE_SCHEMA = ${quoteString(database)}
       UNION ALL
       SELECT GRANTEE, TABLE_NAME, CONCAT(PRIVILEGE_TYPE, ' (', COLUMN_NAME, ')') FROM information_schema.COLUMN_PRIVILEGES
       WHERE TABLE_SCHEMA = ${quoteString(database)}
     ) granted WHERE t = ${quoteString(table)} GROUP BY GRANTEE`,
  );
  for (const row of rows) {
    const [grantee, privileges] = [field(row, 'g'), field(row, 'p')];
    const what = `${grantee} has ${privileges} on ${quoteTable({ schema: database, table })}, which is`;
    onWarning?.(
      becomes === null
        ? `${what} dropped: the grant stays, and would hold for a new table of that name`
        : `${what} renamed to ${becomes}: the grant stays with the old name. After the cutover: GRANT ${privileges} ON ${quoteTable({ schema: database, table: becomes })} TO ${grantee}`,
    );
  }
}

async function columnGrants({ session, plan, onWarning }: PreflightContext, change: TableChange): Promise<void> {
  const { database } = plan;
  const fates = new Map([
    ...change.gone.map(({ column, becomes }) => [fold(column), becomes] as const),
    ...change.reused.map((column) => [fold(column), column] as const),
  ]);
  const rows = await session.query(
    `SELECT GRANTEE g, COLUMN_NAME c, GROUP_CONCAT(PRIVILEGE_TYPE ORDER BY 1 SEPARATOR ', ') p FROM information_schema.COLUMN_PRIVILEGES
     WHERE TABLE_SCHEMA = ${quoteString(database)} AND TABLE_NAME = ${quoteString(change.table)} GROUP BY GRANTEE, COLUMN_NAME`,
  );
  for (const row of rows) {
    const [grantee, column, privileges] = [field(row, 'g'), field(row, 'c'), field(row, 'p')];
    const becomes = fates.get(fold(column));
    if (becomes === undefined) continue;
    const what = `${grantee} has ${privileges} on ${change.table}.${column}, which is`;
    const list = privileges.split(', ').map((privilege) => `${privilege} (${quoteId(becomes ?? '')})`);
    const on = quoteTable({ schema: database, table: change.table });
    if (becomes === null) onWarning?.(`${what} dropped: the grant goes nowhere`);
    else if (fold(becomes) === fold(column))
      onWarning?.(`${what} another column afterwards, and the grant holds for that one`);
    else {
      onWarning?.(
        `${what} renamed to ${becomes}: the grant stays with the old name. After the cutover: GRANT ${list.join(', ')} ON ${on} TO ${grantee}`,
      );
    }
  }
}
