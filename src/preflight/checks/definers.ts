import { quoteString } from '../../db/quote.js';
import type { Session } from '../../db/session.js';
import { quoteTable } from '../../schema/names.js';
import { tableChanges } from '../dependents.js';
import { Grants, ownGrants } from '../grants.js';
import { readStoredPrograms } from '../stored-programs.js';
import { field, type Check } from '../context.js';

/**
 * A stored program of an account that is gone, or that may do nothing with the table, fails: today already, but it would be noticed after the
 * migration and held against it. Told where accounts can be seen (SELECT on the schema mysql); for views the server says it itself (views.ts).
 */
export const definers: Check = async ({ session, plan, onWarning }) => {
  if (!(await ownGrants(session)).onSchema('SELECT', 'mysql')) return [];
  const changes = tableChanges(plan);
  if (changes.length === 0) return [];
  const accounts = await readAccounts(session);
  const grantsOf = new Map<string, Promise<Grants | null>>();
  for (const { what, schema, definer, asDefiner, body } of await readStoredPrograms(session)) {
    const named = changes.filter(
      ({ table }) => body.mentions(plan.database, table, schema === plan.database).length > 0,
    );
    if (!asDefiner || named.length === 0) continue;
    if (!accounts.has(definer)) {
      onWarning?.(`${what} does not work even now: its definer ${definer} does not exist`);
      continue;
    }
    if (!grantsOf.has(definer)) grantsOf.set(definer, readGrants(session, definer));
    const grants = await grantsOf.get(definer)!;
    for (const { table } of named) {
      const name = { schema: plan.database, table };
      const may = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'].some(
        (what) => grants === null || grants.onTable(what, name),
      );
      if (!may) onWarning?.(`${what} names ${quoteTable(name)}, on which its definer ${definer} has no rights`);
    }
  }
  return [];
};

/** As `user@host`, the way definers are written; roles have no host. */
async function readAccounts(session: Session): Promise<Set<string>> {
  const rows = await session.query("SELECT CONCAT(User, '@', Host) a FROM mysql.user");
  return new Set(rows.flatMap((row) => [field(row, 'a'), field(row, 'a').replace(/@$/, '')]));
}

/** Null when it cannot be told: rights through a role, or on single columns. */
async function readGrants(session: Session, account: string): Promise<Grants | null> {
  const at = account.lastIndexOf('@');
  if (at < 0) return null;
  const quoted = [account.slice(0, at), account.slice(at + 1)].map((part) => quoteString(part)).join('@');
  const rows = await session.query(`SHOW GRANTS FOR ${quoted}`);
  const lines = rows.flatMap((row) => Object.values(row).filter((line) => line !== null));
  const isPlain = lines.every((line) => /^GRANT [A-Z ,]+ ON /.test(line));
  return isPlain ? new Grants(lines) : null;
}
