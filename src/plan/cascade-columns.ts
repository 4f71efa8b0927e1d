import type { ForeignKey } from '../schema/foreign-keys.js';
import { isKeyTypeSupported } from '../schema/key-literal.js';
import type { Column, ColumnMapping, Table, TableMapping } from '../schema/table.js';
import { fold } from './column-tracking.js';
import { isSameType } from './driver-key.js';

/** One end of a foreign key through which InnoDB changes rows without an event. */
export interface CascadeEnds {
  readonly foreignKey: ForeignKey;
  readonly child: TableMapping;
  readonly parent: Table;
  /** The parent's mapping when it is copied or followed, and whether its own rows change through a foreign key, too. */
  readonly copiedParent: { readonly mapping: TableMapping; readonly perishable: boolean } | null;
}

/** Whether the shadow's rows can differ by it: not when the change drops all of its columns and nothing else of the child's row is changed. */
export function concernsShadow({ foreignKey, child }: Pick<CascadeEnds, 'foreignKey' | 'child'>): boolean {
  return foreignKey.onDelete === 'CASCADE' || foreignKey.columns.some((name) => shadowPair(child, name) !== null);
}

/**
 * Why the rows that this foreign key changes could not be found in the shadow; null when they can. Such a change is to be refused: the shadow must
 * have the foreign key's columns in a form that compares as the source's do, and those of the parent when rows of the parent vanish without an event.
 */
export function whyUntraceable({ foreignKey, child, parent, copiedParent }: CascadeEnds): string | null {
  const name = `${foreignKey.name} of ${foreignKey.child.table}`;
  for (const column of foreignKey.columns) {
    const pair = shadowPair(child, column);
    if (pair === null) return `${name} changes rows by the column ${column}, which the change drops`;
    if (!isKeyTypeSupported(pair.source) || !comparesAlike(pair))
      return `${name} changes rows by the column ${column}, whose values cannot be found again as ${pair.shadow.columnType}`;
  }
  for (const column of foreignKey.parentColumns) {
    const source = columnNamed(parent, column);
    if (source === null || !isKeyTypeSupported(source))
      return `${name} refers to the column ${column} of ${parent.name.table}, whose values cannot be written exactly`;
    if (copiedParent?.perishable !== true) continue;
    const pair = shadowPair(copiedParent.mapping, column);
    if (pair === null || !comparesAlike(pair))
      return `${name} refers to the column ${column} of ${parent.name.table}, which the change drops or converts`;
  }
  return null;
}

/** A source column with the shadow's that has its values, generated ones included; null when the change drops it. */
export function shadowPair(mapping: TableMapping, name: string): ColumnMapping | null {
  const source = columnNamed(mapping.source, name);
  if (source === null) return null;
  const copied = mapping.columns.find((column) => column.source.name === source.name);
  if (copied) return copied.expression === null ? copied : null;
  const shadow = columnNamed(mapping.shadow, mapping.renames[source.name] ?? source.name);
  const isSameExpression = shadow?.generated === 'STORED' && shadow.generationSql === source.generationSql;
  return shadow !== null && isSameExpression ? { source, shadow, expression: null } : null;
}

export function columnNamed(table: Table, name: string): Column | null {
  return table.columns.find((column) => fold(column.name) === fold(name)) ?? null;
}

/** Whether a value of the source finds the shadow's equal ones. */
function comparesAlike({ source, shadow }: ColumnMapping): boolean {
  const integers = /int$/.test(source.dataType) && /int$/.test(shadow.dataType);
  const isText = ({ dataType }: Column): boolean => dataType === 'char' || dataType === 'varchar';
  return isSameType(source, shadow) || integers || (isText(source) && isText(shadow));
}
