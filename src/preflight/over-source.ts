import { valueSql } from '../schema/expression.js';
import type { ColumnMapping, TableMapping } from '../schema/table.js';
import { tokenize } from '../util/sql-tokens.js';

/** A value of the source, converted so that it compares like the shadow's column. */
function asShadowSql(sql: string, { shadow }: Pick<ColumnMapping, 'shadow'>): string {
  if (shadow.charset !== null)
    return `CONVERT(${sql} USING ${shadow.charset}) COLLATE ${shadow.collation ?? shadow.charset}`;
  const fraction = shadow.datetimePrecision ?? 0;
  switch (shadow.dataType) {
    case 'decimal':
      return `CAST(${sql} AS DECIMAL(${shadow.numericPrecision ?? 65},${shadow.numericScale ?? 0}))`;
    case 'date':
      return `CAST(${sql} AS DATE)`;
    case 'time':
      return `CAST(${sql} AS TIME(${fraction}))`;
    case 'datetime':
    case 'timestamp':
      return `CAST(${sql} AS DATETIME(${fraction}))`;
    default:
      return sql;
  }
}

/** The value of a column of the new structure as SQL over a row of the source; null when it cannot be told before the copy. */
export function overSource(mapping: TableMapping, name: string): string | null {
  const copied = mapping.columns.find(({ shadow }) => shadow.name === name);
  if (copied) return asShadowSql(valueSql(copied, null), copied);
  const shadow = mapping.shadow.columns.find((column) => column.name === name);
  if (!shadow || shadow.autoIncrement) return null;
  if (shadow.generationSql !== null) {
    const own = expressionOverSource(mapping, shadow.generationSql);
    return own === null ? null : asShadowSql(own, { shadow });
  }
  if (shadow.defaultSql === null) return shadow.nullable ? 'NULL' : null;
  return isConstant(shadow.defaultSql) ? shadow.defaultSql : null;
}

/** An expression over the new structure, as the server writes it, as one over a row of the source; null when it reads what cannot be told. */
export function expressionOverSource(mapping: TableMapping, expression: string): string | null {
  let sql = '';
  let at = 0;
  for (const token of tokenize(expression)) {
    // The server quotes the columns of an expression and nothing else.
    if (token.kind !== 'quoted-identifier') continue;
    const own = overSource(mapping, token.text);
    if (own === null) return null;
    sql += `${expression.slice(at, token.start)}${own}`;
    at = token.end;
  }
  return `(${sql}${expression.slice(at)})`;
}

/** NULL, a number or a string; everything else could be another value for each row. */
function isConstant(defaultSql: string): boolean {
  return /^(NULL|-?\d|')[^(]*$/i.test(defaultSql);
}
