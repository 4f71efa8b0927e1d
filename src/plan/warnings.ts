import type { TableMapping } from '../schema/table.js';
import { clausesOf } from './clauses.js';
import { isWord } from '../util/sql-words.js';
import { fold } from './column-tracking.js';
import { lostColumns, newColumns } from './mapping.js';
import type { AlterStatement } from './plan.js';

/** What the operator should know of one table's change and that stops nothing; one line each. */
export function warningsOf(mapping: TableMapping, statements: readonly AlterStatement[]): string[] {
  const { table } = mapping;
  const warnings: string[] = [];
  const added = newColumns(mapping);
  for (const lost of lostColumns(mapping)) {
    const successor = mapping.shadow.columns.find((column) => fold(column.name) === fold(lost.name));
    if (successor?.generated)
      warnings.push(`${table}.${lost.name} becomes a generated column: the stored values are given up`);
    else if (successor) warnings.push(`${table}.${lost.name} is dropped and made anew: the stored values are given up`);
  }
  for (const column of added.filter(({ autoIncrement }) => autoIncrement)) {
    warnings.push(`${table}.${column.name} is numbered in the order of the copy, with gaps`);
  }
  if (mapping.source.createSql === mapping.shadow.createSql) {
    warnings.push(`${table} keeps its structure: the table is only rebuilt`);
  }
  const own = statements.filter((statement) => statement.table === table);
  if (own.some(({ sql }) => clausesOf(sql).some((clause) => isWord(clause[0], 'ALGORITHM', 'LOCK')))) {
    warnings.push(`${table}: ALGORITHM and LOCK have no meaning for a migration`);
  }
  return warnings;
}
