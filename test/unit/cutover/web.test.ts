import { describe, expect, test } from 'vitest';
import type { CutoverChange, TableChange } from '../../../src/cutover/change.js';
import { attemptConnections } from '../../../src/cutover/sessions.js';
import { wholeChange } from '../../../src/cutover/web.js';
import type { ForeignKey, ReferentialAction } from '../../../src/schema/foreign-keys.js';
import { passingNameOf, type TableName } from '../../../src/schema/names.js';

const app = (table: string): TableName => ({ schema: 'app', table });
const shadow = (table: string): TableName => ({ schema: 'app__shadow', table });

/** A web in short: `child>parent`, with `!` after it when the server changes no row of the child; the swapped tables are in capitals. */
function changeOf(...keys: readonly string[]): CutoverChange {
  const all = keys.map((text) => {
    const [child, parent] = text.replace('!', '').split('>') as [string, string];
    const onDelete: ReferentialAction = text.endsWith('!') ? 'RESTRICT' : 'CASCADE';
    return { child, parent, name: text, onDelete };
  });
  const isSwapped = (table: string): boolean => table === table.toUpperCase();
  const tables = [...new Set(all.flatMap(({ child, parent }) => [child, parent]))];
  const keyOf = (key: (typeof all)[number], child: TableName, parent: TableName): ForeignKey => ({
    name: key.name,
    child,
    columns: ['p'],
    parent,
    parentColumns: ['id'],
    onDelete: key.onDelete,
    onUpdate: 'RESTRICT',
  });
  const now = all.map((key) => keyOf(key, app(key.child), app(key.parent)));
  const then = all
    .filter(({ child }) => isSwapped(child))
    .map((key) =>
      keyOf(key, shadow(key.child), isSwapped(key.parent) ? shadow(key.parent) : passingNameOf(app(key.parent))),
    );
  const change: TableChange = {
    swapped: tables.filter(isSwapped).map((table) => ({
      source: app(table),
      shadow: shadow(table),
      retired: { schema: 'app__retired', table },
      target: app(table),
    })),
    created: [],
    dropped: [],
    attached: tables
      .filter((table) => all.some(({ child, parent }) => isSwapped(child) && parent === table && !isSwapped(table)))
      .map(app),
    repointed: now.filter(({ child, parent }) => !isSwapped(child.table) && isSwapped(parent.table)),
    detached: now.filter(({ child, parent }) => isSwapped(child.table) && !isSwapped(parent.table)),
    added: [],
    triggers: [],
  };
  return wholeChange(change, [], [...now, ...then]);
}

const names = (list: readonly TableName[]): string =>
  list
    .map(({ table }) => table)
    .sort()
    .join(' ');
const shape = (change: CutoverChange) => ({
  passed: names(change.passed),
  neighbours: names(change.neighbours),
  kept: names(change.kept),
  groups: change.groups.map(({ tables, when }) => `${when} ${names(tables)}`),
});

describe('which tables are closed', () => {
  test('only the sources, when no foreign key crosses the border', () => {
    expect(shape(changeOf('B>A', 'C>B'))).toEqual({ passed: '', neighbours: '', kept: '', groups: [] });
  });

  test('a child that stays, its children, and theirs; and what writes to those', () => {
    const change = changeOf('b>A', 'c>b!', 'd>c', 'e>d');
    expect(shape(change)).toEqual({ passed: '', neighbours: 'b c d', kept: 'A b c d', groups: ['early b'] });
    // lock, swap, probe, control, watch; the latch and the one aside; A, c, d; A again; b.
    expect(attemptConnections(change)).toBe(12);
  });

  test('a cascade takes the children along', () => {
    expect(shape(changeOf('b>A', 'c>b', 'd>c')).groups).toEqual(['early b c d']);
  });

  test('a parent that stays is passed, and kept while a retired child hangs on it', () => {
    expect(shape(changeOf('A>p', 'c>p', 'd>c'))).toEqual({ passed: 'p', neighbours: 'c d', kept: 'p', groups: [] });
  });

  test('a child whose own child is swapped is locked after the RENAME, which passes it', () => {
    expect(shape(changeOf('b>A', 'C>b'))).toEqual({ passed: 'b', neighbours: '', kept: 'A C b', groups: ['late C b'] });
  });

  test("sessions that would want each other's tables are one", () => {
    expect(shape(changeOf('b>A', 'c>A', 'c>b!')).groups).toEqual(['early b c']);
    expect(shape(changeOf('b>A', 'c>A')).groups).toEqual(['early b', 'early c']);
  });

  test('a cascade goes through tables that are open, and a lock with it', () => {
    // e is open: b's session writes it, and f, which B closes.
    expect(shape(changeOf('b>A', 'c>b', 'd>c', 'e>d', 'f>e', 'f>B')).groups).toEqual(['early b c d f']);
    expect(shape(changeOf('b>A', 'c>b', 'd>c', 'e>d', 'f>e!', 'f>B')).groups).toEqual(['early b c d f']);
    expect(shape(changeOf('b>A', 'c>b', 'd>c', 'e>d!', 'f>e', 'f>B')).groups).toEqual(['early b c d', 'early f']);
  });

  test('what the RENAME touches is not read by a session that comes before it', () => {
    expect(shape(changeOf('b>A', 'c>b', 'd>c', 'e>d', 'F>e!')).groups).toEqual(['late b c d e']);
  });

  test('cycles and references to itself end', () => {
    expect(shape(changeOf('A>A', 'b>A', 'b>b', 'c>b', 'b>c')).groups).toEqual(['early b c']);
  });
});

test('what must hold afterwards, with the names of then', () => {
  const { constraints } = changeOf('b>A', 'A>p', 'C>A');
  expect(
    constraints.map(({ child, parent }) => `${child.schema}.${child.table}>${parent.schema}.${parent.table}`),
  ).toEqual(['app.A>app.p', 'app.C>app.A', 'app.b>app.A']);
});

test('the whole change survives a journal', () => {
  const change = changeOf('b>A', 'A>p', 'C>A', 'b>b');
  expect(JSON.parse(JSON.stringify(change))).toEqual(change);
});
