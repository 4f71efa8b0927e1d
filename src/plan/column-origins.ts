import { columnsRead } from '../schema/expression.js';
import type { ColumnMapping, Table } from '../schema/table.js';
import { fold, trackColumns, type TrackedColumn } from './column-tracking.js';
import type { ColumnRename } from './declared.js';
import type { Refusal } from './plan.js';

export interface OriginInput {
  readonly source: Table;
  readonly shadow: Table;
  /** The ALTER TABLE statements that were seen for this table; there may have been others. */
  readonly alters: readonly string[];
  /** Declared for this table. */
  readonly renames: readonly ColumnRename[];
  readonly computed: readonly ColumnMapping[];
}

/**
 * Where each column of the new structure comes from, by what the operator declared, else by what the statements say, else by its name. Where a
 * column went and another one came and nothing says whether it is the same, the table is refused.
 */
export function columnOrigins(input: OriginInput): TrackedColumn[] | Refusal {
  const { source, shadow, alters, renames, computed } = input;
  const sourceNames = source.columns.map(({ name }) => name);
  const before = new Set(sourceNames.map(fold));
  const after = new Set(shadow.columns.map(({ name }) => fold(name)));
  const claims = trackColumns(sourceNames, alters);
  const claimed = new Map(claims.map(({ name, origin }) => [fold(name), origin]));
  const declared = new Map(renames.map(({ from, to }) => [fold(to), from]));
  const taken = new Set([...renames.map(({ from }) => from), ...originsOf(claims, after)].map(fold));
  const unexplained: string[] = [];
  const tracked = shadow.columns.map(({ name }): TrackedColumn => {
    const key = fold(name);
    const stated = declared.get(key) ?? claimed.get(key);
    const isRenamedAway =
      stated !== undefined && stated !== null && !declared.has(key) && isDeclaredFor(renames, stated, key);
    if (isRenamedAway) return { name, origin: null };
    if (stated !== undefined && (stated === null || before.has(fold(stated)))) return { name, origin: stated };
    if (before.has(key) && !taken.has(key)) return { name, origin: name };
    if (!computed.some(({ shadow: own }) => fold(own.name) === key)) unexplained.push(name);
    return { name, origin: null };
  });
  const used = new Set([
    ...tracked.flatMap(({ origin }) => (origin === null ? [] : [fold(origin)])),
    ...computed.flatMap(({ expression }) => columnsRead(expression ?? '')).map(fold),
  ]);
  const dropped = new Set(sourceNames.filter((name) => !claims.some(({ origin }) => origin === name)).map(fold));
  const vanished = sourceNames.filter((name) => !used.has(fold(name)) && !dropped.has(fold(name)));
  return unexplained.length > 0 && vanished.length > 0 ? ambiguous(source.name.table, vanished, unexplained) : tracked;
}

/** The sources of those claimed columns that are really there. */
function originsOf(claims: readonly TrackedColumn[], after: ReadonlySet<string>): string[] {
  return claims.flatMap(({ name, origin }) => (origin !== null && after.has(fold(name)) ? [origin] : []));
}

/** The column's values go somewhere else, by the operator's word. */
function isDeclaredFor(renames: readonly ColumnRename[], origin: string, key: string): boolean {
  return renames.some(({ from, to }) => fold(from) === fold(origin) && fold(to) !== key);
}

function ambiguous(table: string, vanished: readonly string[], appeared: readonly string[]): Refusal {
  return {
    code: 'ambiguous-columns',
    table,
    message: `${table}: ${vanished.join(', ')} went and ${appeared.join(', ')} came, and no statement says which column becomes which`,
    remedy: `Say --rename ${table}.${vanished[0]!}:${appeared[0]!} when it is the same column, or --map '${table}.${appeared[0]!}=…' when its values are computed.`,
  };
}
