import type { Token } from '../util/sql-tokens.js';
import { qualifiedNameAt } from '../util/sql-words.js';
import type { Mention, WrittenName } from './table-mentions.js';

/** A column that an UPDATE sets. `qualifier` is the table or its alias, as written. */
export interface SetColumn {
  readonly qualifier: string | null;
  readonly column: string;
}

/** What one statement of a migration tool does, as far as it matters to a plan. */
export type Reading =
  | { readonly kind: 'none' }
  | { readonly kind: 'use'; readonly schema: string }
  | {
      readonly kind: 'create';
      readonly table: WrittenName;
      readonly temporary: boolean;
      readonly ifNotExists: boolean;
      /** Tables that it takes its structure from or refers to. */
      readonly others: readonly WrittenName[];
      readonly rows: readonly Mention[];
    }
  | { readonly kind: 'drop'; readonly tables: readonly WrittenName[] }
  | { readonly kind: 'rename'; readonly pairs: readonly (readonly [WrittenName, WrittenName])[] }
  | {
      readonly kind: 'alter';
      readonly table: WrittenName;
      readonly renamedTo: WrittenName | null;
      /** Tables that it refers to, or moves rows from and to. */
      readonly others: readonly WrittenName[];
      readonly movesRows: boolean;
    }
  /** Tables are indexed, locked or maintained; no rows come or go. */
  | { readonly kind: 'touches'; readonly tables: readonly WrittenName[] }
  | { readonly kind: 'truncate'; readonly table: WrittenName }
  /** Rows are read or written; `sets` are the columns of an UPDATE, null for every other verb. */
  | { readonly kind: 'rows'; readonly mentions: readonly Mention[]; readonly sets: readonly SetColumn[] | null }
  /** A stored program, a view, an event: `mentions` are what it reads and writes when it is used. */
  | {
      readonly kind: 'stored';
      /** `view`, `trigger`, … */
      readonly object: string;
      readonly name: WrittenName;
      readonly isDropped: boolean;
      readonly mentions: readonly Mention[];
    }
  /** A whole schema is made, dropped or altered; null is the one that is in use. */
  | { readonly kind: 'schema'; readonly schema: string | null; readonly isAltered: boolean }
  /** What it does cannot be told from its text (I6). */
  | { readonly kind: 'unjudged'; readonly reason: string };

export const none: Reading = { kind: 'none' };

export function unjudged(reason: string): Reading {
  return { kind: 'unjudged', reason };
}

export function nameAt(tokens: readonly Token[], at: number): WrittenName | null {
  const name = qualifiedNameAt(tokens, at);
  return name && { schema: name.schema, table: name.table };
}
