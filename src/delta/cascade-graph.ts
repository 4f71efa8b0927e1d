import type { ReferencedColumns, WatchedTable } from '../binlog/source.js';
import { columnNamed, concernsShadow, shadowPair, whyUntraceable } from '../plan/cascade-columns.js';
import type { ForeignKeyPlan } from '../plan/plan.js';
import type { ForeignKey } from '../schema/foreign-keys.js';
import type { TableName } from '../schema/names.js';
import type { Column, ColumnMapping, Table, TableMapping } from '../schema/table.js';

/** A foreign key through which InnoDB changes rows of `child` when rows of `parent` change. Tables are indexes of the graph's `watched`. */
export interface CascadeEdge {
  /** Its place in the graph. */
  readonly index: number;
  readonly foreignKey: ForeignKey;
  /** Always a table with a shadow. */
  readonly child: number;
  readonly parent: number;
  /** Which of the parent's lists of referenced columns. */
  readonly list: number;
  readonly columns: readonly ColumnMapping[];
  readonly parentColumns: readonly Column[];
  /** Where the parent's values are in its shadow; null when it has none, or not all of them. */
  readonly parentShadow: readonly ColumnMapping[] | null;
  /** A parent's new value must be looked for in the source: it is part of the child's key, or changes what the child is referred to by. */
  readonly seeksNew: boolean;
}

/** Which tables are watched, and what InnoDB changes in them without an event. */
export class CascadeGraph {
  /** The tables with a shadow, copied or followed, and behind them the parents that are only watched. */
  readonly watched: readonly WatchedTable[];
  readonly edges: readonly CascadeEdge[];
  readonly #tables: readonly TableMapping[];
  readonly #perishable: readonly boolean[];
  readonly #into: readonly (readonly CascadeEdge[])[];
  readonly #outOf: readonly (readonly CascadeEdge[])[];

  /** `capturing: false` is for the mutation tests only. */
  constructor(tables: readonly TableMapping[], plan: ForeignKeyPlan, options: { readonly capturing: boolean }) {
    this.#tables = tables;
    const parents = [...tables.map(({ source }) => source), ...plan.watched];
    const ends = plan.cascades
      .map((foreignKey) => ({
        foreignKey,
        child: indexOf(parents.slice(0, tables.length), foreignKey.child),
        parent: indexOf(parents, foreignKey.parent),
      }))
      .filter(({ foreignKey, child }) => concernsShadow({ foreignKey, child: tables[child]! }));
    this.#perishable = tables.map((_, index) => ends.some(({ child }) => child === index));
    const lists = parents.map((parent, index) =>
      distinctLists(ends.filter((end) => end.parent === index).map((end) => referencedBy(end.foreignKey, parent))),
    );
    this.edges = options.capturing
      ? ends.map((end, index) => this.#edge(index, end, parents[end.parent]!, lists[end.parent]!, ends))
      : [];
    this.watched = parents.map((source, index) => ({
      table: source.name.table,
      source,
      key: tables[index]?.key ?? null,
      referenced: options.capturing
        ? lists[index]!.map((columns): ReferencedColumns => ({ columns, inserts: this.perishes(index) }))
        : [],
    }));
    const of = (side: 'child' | 'parent') =>
      parents.map((_, index) => this.edges.filter((edge) => edge[side] === index));
    this.#into = of('child');
    this.#outOf = of('parent');
  }

  /** Rows of the table change or vanish without an event of their own. */
  perishes(table: number): boolean {
    return this.#perishable[table] ?? false;
  }

  /** The foreign keys through which the table's own rows change. */
  into(table: number): readonly CascadeEdge[] {
    return this.#into[table]!;
  }

  /** The foreign keys through which its rows change others. */
  outOf(table: number): readonly CascadeEdge[] {
    return this.#outOf[table]!;
  }

  /** The lists of referenced columns of a table whose rows change without an event, where its shadow has them. */
  shadowLists(table: number): readonly { readonly list: number; readonly columns: readonly ColumnMapping[] }[] {
    if (!this.perishes(table)) return [];
    const lists = new Map(this.outOf(table).map(({ list, parentShadow }) => [list, parentShadow!]));
    return [...lists].map(([list, columns]) => ({ list, columns }));
  }

  /**
   * Whether a shadow row that REPLACE evicts through a unique key could be one whose change has no event of its own, and that is still looked for by
   * its old values. Then nothing may be evicted (schema/uniqueness.ts).
   */
  losesByEviction(table: number): boolean {
    if (!this.perishes(table)) return false;
    const { shadow, key } = this.#tables[table]!;
    const own = new Set(key.shadowColumns.map(({ name }) => name));
    const others = shadow.indexes.filter(
      ({ unique, parts }) => unique && !(parts.length === own.size && parts.every(({ column }) => own.has(column))),
    );
    if (others.length > 0 && this.outOf(table).length > 0) return true;
    return this.into(table).some(({ columns }) =>
      others.some(({ parts }) => parts.some((part) => columns.some(({ shadow: { name } }) => name === part.column))),
    );
  }

  #edge(
    index: number,
    { foreignKey, child, parent }: Ends,
    parentTable: Table,
    lists: readonly (readonly Column[])[],
    all: readonly Ends[],
  ): CascadeEdge {
    const mapping = this.#tables[child]!;
    const copied = this.#tables[parent];
    const perishable = this.perishes(parent);
    const refusal = whyUntraceable({
      foreignKey,
      child: mapping,
      parent: parentTable,
      copiedParent: copied ? { mapping: copied, perishable } : null,
    });
    if (refusal !== null) throw new Error(`the plan should have been refused: ${refusal}`);
    const parentColumns = referencedBy(foreignKey, parentTable);
    const parentShadow = copied ? foreignKey.parentColumns.map((name) => shadowPair(copied, name)) : [null];
    const columns = foreignKey.columns.map((name) => shadowPair(mapping, name)!);
    const changed = new Set(columns.map(({ source }) => source.name));
    const passesOn = all.some(
      (next) =>
        next.parent === child &&
        next.foreignKey.onUpdate === 'CASCADE' &&
        referencedBy(next.foreignKey, mapping.source).some(({ name }) => changed.has(name)),
    );
    return {
      index,
      foreignKey,
      child,
      parent,
      list: lists.findIndex((list) => isSameList(list, parentColumns)),
      columns,
      parentColumns,
      parentShadow: parentShadow.every((pair) => pair !== null) ? parentShadow : null,
      seeksNew:
        foreignKey.onUpdate === 'CASCADE' && (passesOn || mapping.key.columns.some(({ name }) => changed.has(name))),
    };
  }
}

/** A foreign key between two tables of the graph, before anything is known of the others. */
interface Ends {
  readonly foreignKey: ForeignKey;
  readonly child: number;
  readonly parent: number;
}

function indexOf(tables: readonly Table[], name: TableName): number {
  const index = tables.findIndex((table) => table.name.schema === name.schema && table.name.table === name.table);
  if (index < 0) throw new Error(`the plan has a foreign key but not its table ${name.schema}.${name.table}`);
  return index;
}

function referencedBy({ parentColumns }: ForeignKey, parent: Table): Column[] {
  return parentColumns.map((name) => {
    const column = columnNamed(parent, name);
    if (column === null) throw new Error(`${parent.name.table} has no column ${name}`);
    return column;
  });
}

function isSameList(a: readonly Column[], b: readonly Column[]): boolean {
  return a.length === b.length && a.every((column, index) => column.position === b[index]!.position);
}

function distinctLists(lists: readonly (readonly Column[])[]): (readonly Column[])[] {
  return lists.filter((list, index) => lists.findIndex((other) => isSameList(other, list)) === index);
}
