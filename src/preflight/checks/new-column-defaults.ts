import { newColumns } from '../../plan/mapping.js';
import type { Check } from '../context.js';

/** In strict mode a row without a value for a NOT NULL column that has no default is an error. An ENUM's default is its first member. */
export const newColumnDefaults: Check = ({ plan }) =>
  Promise.resolve(
    plan.tables.flatMap((mapping) =>
      newColumns(mapping)
        .filter(
          (column) =>
            !column.nullable &&
            column.defaultSql === null &&
            column.generated === null &&
            !column.autoIncrement &&
            column.dataType !== 'enum',
        )
        .map((column) => ({
          code: 'no-default',
          table: mapping.table,
          message: `${mapping.table}.${column.name} is new, NOT NULL and has no DEFAULT: there is no value for the rows that exist`,
          remedy: 'Give it a DEFAULT, or make it nullable.',
        })),
    ),
  );
