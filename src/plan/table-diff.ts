import type { TableRename } from './declared.js';
import { declaredInVain } from './declared.js';
import type { ToolBuild } from './tool-build.js';

/** A table of the source that goes on in a table of the clone. */
export interface Continued {
  readonly source: string;
  readonly target: string;
  /** The ALTER TABLE statements on the way. */
  readonly alters: readonly string[];
}

/** What a migration tool made of each table. */
export interface TableDiff {
  readonly changed: readonly Continued[];
  readonly untouched: readonly Continued[];
  readonly created: readonly string[];
  readonly dropped: readonly string[];
  /** Dropped and made again under the same name. */
  readonly remade: readonly string[];
  /** Tables that went or came without a statement that says so, on both sides: one may be the other. */
  readonly unclear: { readonly gone: readonly string[]; readonly appeared: readonly string[] } | null;
}

/** Compares the clone before and after, by structure and by the tables' histories. Throws `usage-error` for a declared rename that does not fit. */
export function diffTables(build: ToolBuild, renames: readonly TableRename[]): TableDiff {
  const { before, after, history } = build;
  for (const rename of renames) refuseMisfit(build, rename);
  const declared = new Map(renames.map(({ from, to }) => [to, from]));
  const isTaken = new Set(renames.map(({ from }) => from));
  const originOf = (table: string): string | null => {
    const stated = declared.get(table);
    if (stated !== undefined) return stated;
    const seen = history.tables.get(table);
    const origin = seen === undefined ? (before.has(table) ? table : null) : seen.origin;
    return origin !== null && isTaken.has(origin) ? null : origin;
  };
  const continued: Continued[] = [];
  const created: string[] = [];
  for (const table of after.tables.keys()) {
    const source = originOf(table);
    if (source === null) created.push(table);
    else continued.push({ source, target: table, alters: history.tables.get(table)?.alters ?? [] });
  }
  const sources = new Set(continued.map(({ source }) => source));
  const gone = [...before.keys()].filter((table) => !sources.has(table));
  const isUntouched = ({ source, target }: Continued): boolean =>
    source === target && before.get(source) === after.tables.get(target);
  return {
    changed: continued.filter((table) => !isUntouched(table)),
    untouched: continued.filter(isUntouched),
    created: created.filter((table) => !before.has(table)),
    dropped: gone.filter((table) => !after.tables.has(table)),
    remade: gone.filter((table) => after.tables.has(table)),
    unclear: unclearOf(build, created, gone),
  };
}

/** A table whose dropping was seen is gone, and one whose making was seen is new; of the others it is not known. */
function unclearOf({ history }: ToolBuild, created: readonly string[], gone: readonly string[]): TableDiff['unclear'] {
  const appeared = created.filter((table) => !history.tables.has(table));
  const vanished = gone.filter((table) => [...history.tables.values()].some(({ origin }) => origin === table));
  return appeared.length > 0 && vanished.length > 0 ? { gone: vanished, appeared } : null;
}

function refuseMisfit({ before, after, history }: ToolBuild, { from, to }: TableRename): void {
  const flag = `--rename-table ${from}:${to}`;
  if (!before.has(from)) throw declaredInVain(flag, `there is no table ${from}`);
  if (!after.tables.has(to)) throw declaredInVain(flag, `after the change there is no table ${to}`);
  if (from !== to && after.tables.has(from) && history.tables.get(from)?.origin !== null) {
    throw declaredInVain(flag, `${from} is still there after the change`);
  }
}
