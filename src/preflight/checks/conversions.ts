import { comparableValueSql } from '../../schema/comparable.js';
import type { Check } from '../context.js';

/** A conversion that cannot be verified is not done (I9). */
export const conversions: Check = ({ plan }) =>
  Promise.resolve(
    plan.tables.flatMap(({ table, columns }) =>
      columns
        .filter((column) => comparableValueSql(column, 'source', 'x') === null)
        .map(({ source, shadow }) => ({
          code: 'conversion-not-provable',
          table,
          message: `${table}.${source.name}: after the change from ${source.columnType} to ${shadow.columnType} nobody could tell whether a value was kept`,
          remedy: 'Add a new column of the new type, fill it by the service, and drop the old one later.',
        })),
    ),
  );
