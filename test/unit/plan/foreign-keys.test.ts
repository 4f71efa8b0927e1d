import { describe, expect, test } from 'vitest';
import { borderOf, cascadesInto, type Migrated } from '../../../src/plan/foreign-keys.js';
import type { Move } from '../../../src/plan/plan.js';
import type { ForeignKey, ReferentialAction } from '../../../src/schema/foreign-keys.js';

function key(
  text: string,
  onDelete: ReferentialAction = 'RESTRICT',
  onUpdate: ReferentialAction = 'RESTRICT',
): ForeignKey {
  const [, name, child, column, parent, parentColumn] = /^(\w+): (\w+)\.(\w+) → (\w+)\.(\w+)$/.exec(text)!;
  return {
    name: name!,
    child: { schema: 'app', table: child! },
    columns: [column!],
    parent: { schema: 'app', table: parent! },
    parentColumns: [parentColumn!],
    onDelete,
    onUpdate,
  };
}

const names = (keys: readonly ForeignKey[]): string[] => keys.map(({ name }) => name);

describe('cascades', () => {
  test('a parent is watched; one whose own rows cascade is followed, up to one that does not', () => {
    const keys = [
      key('c_b: c.b_id → b.id', 'CASCADE'),
      key('b_a: b.a_id → a.id', 'CASCADE'),
      key('a_z: a.z_id → z.id'),
      key('x_c: x.c_id → c.id', 'CASCADE'),
    ];
    expect(cascadesInto(['c'], keys)).toEqual({ cascades: [keys[0], keys[1]], followed: ['b'], watched: ['a'] });
    expect(cascadesInto(['a', 'b', 'c'], keys)).toEqual({ cascades: [keys[1], keys[0]], followed: [], watched: [] });
    expect(cascadesInto(['z'], keys)).toEqual({ cascades: [], followed: [], watched: [] });
  });

  test('SET NULL above matters only when it changes the columns that are referred to', () => {
    const up = key('c_b: c.b_code → b.code', 'CASCADE', 'CASCADE');
    expect(cascadesInto(['c'], [up, key('b_a: b.a_id → a.id', 'SET NULL')]).followed).toEqual([]);
    expect(cascadesInto(['c'], [up, key('b_a: b.code → a.code', 'RESTRICT', 'CASCADE')]).followed).toEqual(['b']);
  });

  test('circles end', () => {
    const circle = [key('a_b: a.b_id → b.id', 'CASCADE'), key('b_a: b.a_id → a.id', 'CASCADE')];
    expect(cascadesInto(['a'], circle)).toEqual({ cascades: circle, followed: ['b'], watched: [] });
    const own = key('t_t: t.up → t.id', 'CASCADE');
    expect(cascadesInto(['t'], [own])).toEqual({ cascades: [own], followed: [], watched: [] });
  });
});

describe('the border', () => {
  const moving = (...moves: Move[]): Migrated => ({ database: 'app', tables: [], moves });
  const created = (table: string): Move => ({ kind: 'created', table });

  test('new tables are attached to parents that stay, and these and their children are kept still', () => {
    const before = [key('o_p: other.p_id → p.id'), key('p_g: p.g_id → grand.id')];
    const after = [key('n_p: n.p_id → p.id'), key('n_m: n.m_id → m.id')];
    const { keys, refusals } = borderOf(moving(created('n'), created('m')), before, after);
    expect(refusals).toEqual([]);
    expect(names(keys.planned)).toEqual(['n_p', 'n_m']);
    expect(names(keys.attached)).toEqual(['n_p']);
    expect(names(keys.added)).toEqual(['n_p', 'n_m']);
    expect(keys.neighbours.map(({ table }) => table)).toEqual(['other']);
  });

  test('what is removed is detached from its parents; a child that stays is in the way', () => {
    const before = [key('gone_p: gone.p_id → p.id'), key('c_gone: c.gone_id → gone.id')];
    const { keys, refusals } = borderOf(moving({ kind: 'dropped', table: 'gone' }), before, []);
    expect(names(keys.detached)).toEqual(['gone_p']);
    expect(keys.neighbours.map(({ table }) => table)).toEqual(['p']);
    expect(refusals).toMatchObject([{ code: 'foreign-keys', table: 'c' }]);
  });
});
