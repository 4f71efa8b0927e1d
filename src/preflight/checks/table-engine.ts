import { quoteString } from '../../db/quote.js';
import { field, plannedTables, type Check } from '../context.js';

/** Without transactions there is no snapshot and no row lock. */
export const tableEngine: Check = async ({ session, plan }) => {
  const moved = plan.moves.map(({ table }) => table);
  const planned = plannedTables(plan).filter((table) => !moved.includes(table));
  const rows = await session.query(
    `SELECT TABLE_NAME t, ENGINE e FROM information_schema.TABLES
     WHERE TABLE_SCHEMA = ${quoteString(plan.database)} AND TABLE_TYPE = 'BASE TABLE' AND ENGINE <> 'InnoDB'`,
  );
  const sources = rows.map((row) => ({ table: field(row, 't'), engine: field(row, 'e'), when: 'is' }));
  const shadows = plan.tables
    .filter(({ source, shadow }) => source.engine === 'InnoDB' && shadow.engine !== 'InnoDB')
    .map(({ table, shadow }) => ({ table, engine: shadow.engine, when: 'would become' }));
  return [...sources, ...shadows]
    .filter(({ table }) => planned.includes(table))
    .map(({ table, engine, when }) => ({
      code: 'engine-not-innodb',
      table,
      message: `${table} ${when} a ${engine} table`,
      remedy: 'Only InnoDB tables can be migrated; convert it with ALTER TABLE … ENGINE=InnoDB first.',
    }));
};
