import { quoteId, quoteString } from '../db/quote.js';
import type { KeyOrder } from './chunker.js';
import { joinKeyLiteral, keyColumnCodec, keyInSql, keySelectSql, splitKeyLiteral } from './key-literal.js';
import type { Column, ColumnMapping, DriverKey, KeyLiteral, TableMapping } from './table.js';

/** A shadow row's key as the source's literal text, so that both sides name a row alike: `SELECT <this> FROM shadow`. */
export function shadowKeySelectSql(key: DriverKey): string {
  return shadowTupleSelectSql(
    key.columns.map((source, index) => ({ source, shadow: key.shadowColumns[index]!, expression: null })),
  );
}

/** A predicate for the source's rows with exactly these keys (at least one), also where it takes other bytes for the same key. */
export function sourceKeysSql(key: DriverKey, keys: readonly KeyLiteral[]): string {
  return `${keyInSql(key.columns, keys)}${exactly(key, keySelectSql(key.columns), keys)}`;
}

/** The same for the shadow's rows. */
export function shadowKeysSql(key: DriverKey, keys: readonly KeyLiteral[]): string {
  return `${keyInSql(key.shadowColumns, inShadowCharset(key, keys))}${exactly(key, shadowKeySelectSql(key), keys)}`;
}

/** The server refuses to compare a column with a text that its charset cannot hold: here that becomes another text, which `exactly` tells apart. */
function inShadowCharset(key: DriverKey, keys: readonly KeyLiteral[]): readonly KeyLiteral[] {
  const from = key.columns.map(({ charset }) => charset);
  if (key.shadowColumns.every(({ charset }, index) => from[index] === null || from[index] === charset)) return keys;
  return keys.map((literal) =>
    joinKeyLiteral(
      splitKeyLiteral(literal).map((part, index) => {
        const { charset, collation } = key.shadowColumns[index]!;
        return from[index] === null || from[index] === charset
          ? part
          : `CONVERT(${part} USING ${charset!}) COLLATE ${collation!}`;
      }),
    ),
  );
}

function exactly(key: DriverKey, textSql: string, keys: readonly KeyLiteral[]): string {
  return key.byteExact ? '' : ` AND ${textSql} IN (${keys.map((literal) => quoteString(literal)).join(',')})`;
}

/** `shadowKeySelectSql` for any columns with exact literals; NULL when one of them is NULL. */
export function shadowTupleSelectSql(columns: readonly ColumnMapping[]): string {
  const parts = columns.map(({ source, shadow }) => {
    const codec = keyColumnCodec(source);
    if (codec === null) throw new Error(`no key literal for ${source.columnType}`);
    return codec.selectSql(asSourceType(source, shadow));
  });
  return parts.length === 1 ? parts[0]! : `CONCAT('(', ${parts.join(", ',', ")}, ')')`;
}

/**
 * A predicate for shadow rows whose columns have these values (at least one) of the source, compared as the source compares; index access unless
 * the change gave a text another charset or collation.
 */
export function shadowTupleInSql(columns: readonly ColumnMapping[], values: readonly KeyLiteral[]): string {
  const names = columns.map(({ source, shadow }) => converted(quoteId(shadow.name), shadow, source));
  if (names.every((name, index) => name === quoteId(columns[index]!.shadow.name)))
    return keyInSql(
      columns.map(({ shadow }) => shadow),
      values,
    );
  if (names.length === 1) return `${names[0]!} IN (${values.join(',')})`;
  if (values.length > 1) return `(${names.join(',')}) IN (${values.join(',')})`;
  const literals = splitKeyLiteral(values[0]!);
  return names.map((name, index) => `${name} = ${literals[index]!}`).join(' AND ');
}

/** `target = source`, column by column, the source's values converted so that the target's index is used. */
export function convertedJoinSql(
  pairs: readonly { readonly from: Column; readonly to: Column }[],
  fromAlias: string,
  toAlias: string,
): string {
  return pairs
    .map(
      ({ from, to }) => `${toAlias}.${quoteId(to.name)} = ${converted(`${fromAlias}.${quoteId(from.name)}`, from, to)}`,
    )
    .join(' AND ');
}

/** The shadow in the order of its own key over the same columns. */
export function shadowOrder(mapping: TableMapping): KeyOrder {
  const names = new Set(mapping.key.shadowColumns.map((column) => column.name));
  const index = mapping.shadow.indexes.find(
    ({ unique, kind, parts }) =>
      unique &&
      kind === 'BTREE' &&
      parts.length === names.size &&
      parts.every((part) => names.has(part.column) && part.prefixLength === null),
  );
  if (!index) throw new Error(`the shadow of ${mapping.table} has no unique key over ${[...names].join(', ')}`);
  const columns = index.parts.map((part) => mapping.key.shadowColumns.find((column) => column.name === part.column)!);
  return { name: mapping.shadow.name, indexName: index.name, columns };
}

/** Both sides order their keys alike, so that a range of the source's keys is the same range of the shadow's. */
export function ordersAlike(mapping: TableMapping): boolean {
  const { key } = mapping;
  const { columns } = shadowOrder(mapping);
  return key.columns.every((source, index) => {
    const shadow = key.shadowColumns[index]!;
    const comparesAlike = source.columnType === shadow.columnType && source.collation === shadow.collation;
    return columns[index]!.name === shadow.name && (comparesAlike || (isInteger(source) && isInteger(shadow)));
  });
}

/** `shadow.key = source.key`, compared as the shadow compares; index access on the shadow. */
export function sourceToShadowJoinSql(key: DriverKey, source: string, shadow: string): string {
  return key.columns
    .map((column, index) => {
      const target = key.shadowColumns[index]!;
      return `${shadow}.${quoteId(target.name)} = ${converted(`${source}.${quoteId(column.name)}`, column, target)}`;
    })
    .join(' AND ');
}

/** `source.key = shadow.key`, compared as the source compares; index access on the source. */
export function shadowToSourceJoinSql(key: DriverKey, source: string, shadow: string): string {
  return key.columns
    .map((column, index) => {
      const target = key.shadowColumns[index]!;
      return `${source}.${quoteId(column.name)} = ${converted(`${shadow}.${quoteId(target.name)}`, target, column)}`;
    })
    .join(' AND ');
}

function isInteger(column: Column): boolean {
  return /int$/.test(column.dataType);
}

function asSourceType(source: Column, shadow: Column): string {
  const name = quoteId(shadow.name);
  if (source.charset !== null && source.charset !== shadow.charset) return `CONVERT(${name} USING ${source.charset})`;
  if (source.columnType === shadow.columnType) return name;
  if (source.dataType === 'date') return `CAST(${name} AS DATE)`;
  if (source.datetimePrecision !== null) {
    const type = source.dataType === 'timestamp' ? 'datetime' : source.dataType;
    return `CAST(${name} AS ${type}(${source.datetimePrecision}))`;
  }
  if (isInteger(source) || source.dataType === 'decimal')
    return `CAST(${name} AS DECIMAL(65,${source.numericScale ?? 0}))`;
  return name;
}

/** `value` of type `from` as a value that compares like `to`. */
function converted(value: string, from: Column, to: Column): string {
  if (to.charset === null || from.charset === null || (from.charset === to.charset && from.collation === to.collation))
    return value;
  return `CONVERT(${value} USING ${to.charset}) COLLATE ${to.collation!}`;
}
