import type { TableName } from './names.js';

/** A column as information_schema describes it. */
export interface Column {
  readonly name: string;
  /** 1-based position in the table. */
  readonly position: number;
  /** Full type text, e.g. `int(10) unsigned`, `enum('a','b')`. */
  readonly columnType: string;
  /** Base type, lower case, e.g. `int`, `varchar`. */
  readonly dataType: string;
  readonly unsigned: boolean;
  readonly nullable: boolean;
  readonly charset: string | null;
  readonly collation: string | null;
  /** DEFAULT as SQL text (`NULL` when the default is NULL), null when there is none. */
  readonly defaultSql: string | null;
  readonly autoIncrement: boolean;
  readonly generated: 'VIRTUAL' | 'STORED' | null;
  readonly generationSql: string | null;
  readonly invisible: boolean;
  /** Length limit in characters (strings) or bytes (binary), else null. */
  readonly maxLength: number | null;
  readonly numericPrecision: number | null;
  readonly numericScale: number | null;
  /** Fractional digits of a temporal type, else null. */
  readonly datetimePrecision: number | null;
}

export interface IndexPart {
  readonly column: string;
  /** Prefix length in characters, null for the whole column. */
  readonly prefixLength: number | null;
}

export interface Index {
  readonly name: string;
  readonly unique: boolean;
  /** BTREE, HASH, FULLTEXT, SPATIAL, RTREE; with ` IGNORED` after it when the optimizer is told not to use it. */
  readonly kind: string;
  readonly parts: readonly IndexPart[];
}

/** A base table's structure at one moment. */
export interface Table {
  readonly name: TableName;
  readonly engine: string;
  readonly columns: readonly Column[];
  readonly indexes: readonly Index[];
  /** `SHOW CREATE TABLE`, with the AUTO_INCREMENT counter left out: equal text means equal structure. */
  readonly createSql: string;
  /** AUTO_INCREMENT counter as text, null when the table has none. */
  readonly autoIncrement: string | null;
  readonly partitioned: boolean;
}

/**
 * The key by which rows are told apart: a unique NOT NULL index of the source whose columns are, as a set, also a unique
 * NOT NULL key of the shadow.
 */
export interface DriverKey {
  readonly indexName: string;
  /** The source's columns in index order. */
  readonly columns: readonly Column[];
  /** The shadow's columns, in the same order. */
  readonly shadowColumns: readonly Column[];
  /**
   * True when equal keys are equal bytes on both sides, and the shadow's type equals the source's. Else ('a' = 'A' by collation, or a
   * converted key) a delete is decided by reading, never by the event alone.
   */
  readonly byteExact: boolean;
}

/** How one column of the shadow is filled. */
export interface ColumnMapping {
  /** Where the value comes from; with an expression, the shadow's column as one that may be NULL: then the source has no such column. */
  readonly source: Column;
  readonly shadow: Column;
  /** SQL over the columns of the source, as the server writes it (see expression.ts); null for a plain copy of `source`. */
  readonly expression: string | null;
  /** Only rows that are written from now on are computed; the others keep what they have, and are not held against the expression. */
  readonly whenWritten?: true;
}

/** One table's migration: both structures and the way from one to the other. */
export interface TableMapping {
  /** The table's name, without schema. */
  readonly table: string;
  readonly source: Table;
  readonly shadow: Table;
  readonly key: DriverKey;
  /** Columns that are copied: every non-generated shadow column that has a source, in the shadow's order. Includes the key. */
  readonly columns: readonly ColumnMapping[];
  /** Old name → new name of columns that the change renames. */
  readonly renames: Readonly<Record<string, string>>;
}

/**
 * A key's value as exact SQL literals, ready to stand in an IN list: `17`, `_utf8mb4 x'61'`, or `(17,_latin1 x'62')` for a composite key.
 * It is also the key's identity inside the engine: same text, same key.
 */
export type KeyLiteral = string;
