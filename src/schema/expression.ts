import { quoteId } from '../db/quote.js';
import { tokenize } from '../util/sql-tokens.js';
import type { Column, ColumnMapping } from './table.js';

/** A column's value as SQL over a row of the source; `alias` is the row's, null where no other table is in sight. */
export function valueSql({ source, expression }: ColumnMapping, alias: string | null): string {
  const prefix = alias === null ? '' : `${alias}.`;
  return expression === null ? `${prefix}${quoteId(source.name)}` : `(${qualified(expression, prefix)})`;
}

/** The columns of the source that an expression, as the server writes it, reads. */
export function columnsRead(expression: string): string[] {
  const names = tokenize(expression).filter(({ kind }) => kind === 'quoted-identifier');
  return [...new Set(names.map(({ text }) => text))];
}

/** The server quotes the columns of a generation expression and nothing else. */
function qualified(expression: string, prefix: string): string {
  let sql = '';
  let at = 0;
  for (const token of tokenize(expression)) {
    if (token.kind !== 'quoted-identifier') continue;
    sql += `${expression.slice(at, token.start)}${prefix}${quoteId(token.text)}`;
    at = token.end;
  }
  return sql + expression.slice(at);
}

/**
 * An expression's value as the column would store it, so that it can be compared with what is stored. Text for ENUM and SET. Null for types for
 * which that is not known.
 */
export function storedSql(column: Column, sql: string): string | null {
  const { dataType, numericPrecision, numericScale, datetimePrecision } = column;
  const fraction = datetimePrecision ?? 0;
  switch (dataType) {
    case 'tinyint':
    case 'smallint':
    case 'mediumint':
    case 'int':
    case 'bigint':
      return `CAST(${sql} AS ${column.unsigned ? 'UNSIGNED' : 'SIGNED'})`;
    case 'bit':
    case 'year':
      return `CAST(${sql} AS UNSIGNED)`;
    case 'decimal':
      return `CAST(${sql} AS DECIMAL(${numericPrecision ?? 10},${numericScale ?? 0}))`;
    case 'float':
      return `CAST(${sql} AS FLOAT)`;
    case 'double':
      return `CAST(${sql} AS DOUBLE)`;
    case 'char':
      return `TRIM(TRAILING ' ' FROM ${inCharset(column, sql)})`;
    case 'varchar':
    case 'tinytext':
    case 'text':
    case 'mediumtext':
    case 'longtext':
    case 'enum':
    case 'set':
      return inCharset(column, sql);
    case 'binary':
      return `RPAD(CAST(${sql} AS BINARY), ${column.maxLength ?? 1}, x'00')`;
    case 'varbinary':
    case 'tinyblob':
    case 'blob':
    case 'mediumblob':
    case 'longblob':
      return `CAST(${sql} AS BINARY)`;
    case 'date':
      return `CAST(${sql} AS DATE)`;
    case 'time':
      return `CAST(${sql} AS TIME(${fraction}))`;
    case 'datetime':
    case 'timestamp':
      return `CAST(${sql} AS DATETIME(${fraction}))`;
    case 'uuid':
    case 'inet4':
    case 'inet6':
      return `CAST(${sql} AS ${dataType})`;
    default:
      return null;
  }
}

function inCharset({ charset }: Column, sql: string): string {
  return `CONVERT(${sql} USING ${charset ?? 'utf8mb4'})`;
}
