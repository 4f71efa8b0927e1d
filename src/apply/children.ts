import { quoteId } from '../db/quote.js';
import { ServerError } from '../db/server-error.js';
import type { Session } from '../db/session.js';
import type { CascadeEdge } from '../delta/cascade-graph.js';
import type { Cause } from '../delta/causes.js';
import { keyInSql, keySelectSql } from '../schema/key-literal.js';
import { quoteTable } from '../schema/names.js';
import { shadowKeySelectSql, shadowTupleInSql } from '../schema/shadow-key.js';
import type { Column, KeyLiteral, Table, TableMapping } from '../schema/table.js';

/** Causes that are looked into by one statement; one locked parent makes them be halved. */
export const causesAtOnce = 500;

/** A list of the child's own referenced columns that a cascade may have given new values. */
export interface PassedOn {
  readonly list: number;
  readonly columns: readonly Column[];
}

/** What was found for some causes of one edge. */
export interface Found {
  /** The causes that were looked into; the others' transactions are not over, as far as can be seen. */
  readonly causes: readonly Cause[];
  /** Keys of the child's rows that must be decided by a read. */
  readonly children: readonly KeyLiteral[];
  /** Values of the child's own referenced columns, of rows that the source has under a new value. */
  readonly renewed: readonly { readonly list: number; readonly value: KeyLiteral }[];
}

export interface Lookup {
  readonly session: Session;
  readonly edge: CascadeEdge;
  readonly child: TableMapping;
  readonly parent: Table;
  readonly passesOn: readonly PassedOn[];
  /** I3; false only in the mutation tests. */
  readonly lockingRead: boolean;
}

/**
 * Finds the children that the causes leave in doubt. No chunk of the child may be in flight (I4): what a later one reads is younger than the
 * cascade, because the cascade is seen to be visible first.
 */
export async function findChildren(lookup: Lookup, causes: readonly Cause[]): Promise<Found> {
  const visible = await visibleOnes(lookup, causes);
  if (visible.length === 0) return { causes: [], children: [], renewed: [] };
  const { session, edge, child } = lookup;
  const now = valuesOf(visible, 'now');
  const either = [...new Set([...valuesOf(visible, 'gone'), ...now])];
  const inShadow = await session.query(
    `SELECT ${shadowKeySelectSql(child.key)} AS k FROM ${quoteTable(child.shadow.name)} WHERE ${shadowTupleInSql(edge.columns, either)}`,
  );
  const inSource = now.length === 0 ? [] : await session.query(renewedSql(lookup, now));
  return {
    causes: visible,
    children: [...inShadow, ...inSource].map((row) => row.k!),
    renewed: inSource.flatMap((row) =>
      lookup.passesOn.flatMap(({ list }, index) => {
        const value = row[`r${index}`];
        return value ? [{ list, value }] : [];
      }),
    ),
  };
}

function renewedSql({ edge, child, passesOn }: Lookup, values: readonly KeyLiteral[]): string {
  const columns = edge.columns.map(({ source }) => source);
  const referenced = passesOn.map((list, index) => `, ${keySelectSql(list.columns, 't')} AS r${index}`).join('');
  return (
    `SELECT ${keySelectSql(child.key.columns, 't')} AS k${referenced} FROM ${quoteTable(child.source.name)} t` +
    `${forceIndex(child.source, columns)} WHERE ${keyInSql(columns, values, 't')}`
  );
}

/**
 * The causes whose transaction is over (I3): it holds locks on the rows of the parent that it took the value from, until its changes, those of the
 * cascade included, are visible. Never waits for the service: where one row is locked, each half is tried.
 */
async function visibleOnes(lookup: Lookup, causes: readonly Cause[]): Promise<readonly Cause[]> {
  const asked = lookup.lockingRead ? causes.filter(({ visible, gone }) => !visible && gone !== null) : [];
  const locked = new Set(await lockedOnes(lookup, asked));
  return locked.size === 0 ? causes : causes.filter((cause) => !locked.has(cause));
}

async function lockedOnes(lookup: Lookup, causes: readonly Cause[]): Promise<readonly Cause[]> {
  if (causes.length === 0) return [];
  const { session, edge, parent } = lookup;
  try {
    const gone = keyInSql(edge.parentColumns, valuesOf(causes, 'gone'));
    await session.query(
      `SELECT 1 FROM ${quoteTable(parent.name)}${forceIndex(parent, edge.parentColumns)} WHERE ${gone} LOCK IN SHARE MODE NOWAIT`,
    );
    return [];
  } catch (error) {
    if (!(error instanceof ServerError) || !error.isLockFailure) throw error;
    if (causes.length === 1) return causes;
    const middle = causes.length >> 1;
    return [
      ...(await lockedOnes(lookup, causes.slice(0, middle))),
      ...(await lockedOnes(lookup, causes.slice(middle))),
    ];
  }
}

function valuesOf(causes: readonly Cause[], side: 'gone' | 'now'): KeyLiteral[] {
  return [...new Set(causes.flatMap((cause) => (cause[side] === null ? [] : [cause[side]])))];
}

/** A scan of the table, which the optimizer prefers for few rows, would meet locks that are none of these values' business. */
function forceIndex(table: Table, columns: readonly Column[]): string {
  const names = new Set(columns.map(({ name }) => name));
  const index = table.indexes.find(
    ({ kind, parts }) =>
      kind === 'BTREE' &&
      parts.length >= names.size &&
      parts.slice(0, names.size).every(({ column, prefixLength }) => names.has(column) && prefixLength === null),
  );
  return index ? ` FORCE INDEX (${quoteId(index.name)})` : '';
}
