import { beforeEach, describe, expect, it } from 'vitest';
import { CascadeGraph } from '../../../src/delta/cascade-graph.js';
import type { BinlogPosition } from '../../../src/binlog/source.js';
import { Causes, type LogView } from '../../../src/delta/causes.js';
import { DeltaSet } from '../../../src/delta/delta-set.js';
import { noForeignKeys } from '../../../src/plan/plan.js';
import type { ForeignKey, ReferentialAction } from '../../../src/schema/foreign-keys.js';
import type { Column, Table, TableMapping } from '../../../src/schema/table.js';

function column(name: string, position: number): Column {
  return {
    name,
    position,
    columnType: 'int(11)',
    dataType: 'int',
    unsigned: false,
    nullable: false,
    charset: null,
    collation: null,
    defaultSql: null,
    autoIncrement: false,
    generated: null,
    generationSql: null,
    invisible: false,
    maxLength: null,
    numericPrecision: 10,
    numericScale: 0,
    datetimePrecision: null,
  };
}

function table(name: string): Table {
  return {
    name: { schema: 'd', table: name },
    engine: 'InnoDB',
    columns: [column('id', 1), column('up', 2)],
    indexes: [{ name: 'PRIMARY', unique: true, kind: 'BTREE', parts: [{ column: 'id', prefixLength: null }] }],
    createSql: '',
    autoIncrement: null,
    partitioned: false,
  };
}

function mapping(name: string): TableMapping {
  const source = table(name);
  const columns = source.columns.map((own) => ({ source: own, shadow: own, expression: null }));
  const key = {
    indexName: 'PRIMARY',
    columns: [columns[0]!.source],
    shadowColumns: [columns[0]!.source],
    byteExact: true,
  };
  return { table: name, source, shadow: source, key, columns, renames: {} };
}

function foreignKey(
  child: string,
  parent: string,
  onDelete: ReferentialAction,
  onUpdate: ReferentialAction,
): ForeignKey {
  return {
    name: `${child}_${parent}`,
    child: { schema: 'd', table: child },
    columns: ['up'],
    parent: { schema: 'd', table: parent },
    parentColumns: ['id'],
    onDelete,
    onUpdate,
  };
}

/** `root` is only watched; `middle` and `leaf` have shadows. */
function scene(): { graph: CascadeGraph; causes: Causes; middle: DeltaSet; leaf: DeltaSet } {
  const cascades = [
    foreignKey('middle', 'root', 'CASCADE', 'RESTRICT'),
    foreignKey('leaf', 'middle', 'SET NULL', 'CASCADE'),
  ];
  const plan = { ...noForeignKeys, cascades, watched: [table('root')] };
  const graph = new CascadeGraph([mapping('middle'), mapping('leaf')], plan, { capturing: true });
  const [middle, leaf] = [new DeltaSet(), new DeltaSet()];
  return { graph, causes: new Causes(graph, [middle, leaf]), middle, leaf };
}

const at = (offset: number): BinlogPosition => ({ file: 'log.000001', offset });
/** All of it has been read. */
const log: LogView = { position: at(100), end: () => Promise.resolve(at(100)) };

const deleted = (gone: string) => ({ kind: 'deleted', gone, now: null, key: null }) as const;

describe('Causes', () => {
  let { graph, causes, middle, leaf } = scene();
  beforeEach(() => ({ graph, causes, middle, leaf } = scene()));
  const [toMiddle, toLeaf] = [() => graph.edges[0]!, () => graph.edges[1]!];

  it('watches inserts only of parents whose own rows vanish without an event', () => {
    expect(
      graph.watched.map((watched) => [
        watched.table,
        watched.key === null,
        watched.referenced?.map((list) => list.inserts),
      ]),
    ).toEqual([
      ['middle', false, [true]],
      ['leaf', false, []],
      ['root', true, [false]],
    ]);
  });

  it('keeps a value once, and hears only of what the foreign key acts on', () => {
    causes.referenced(2, 0, deleted('7'));
    causes.referenced(2, 0, deleted('7'));
    causes.referenced(2, 0, { kind: 'updated', gone: '8', now: '9', key: null });
    expect(causes.ready(toMiddle())).toMatchObject([{ gone: '7', now: null, visible: false }]);
    causes.finish(toMiddle(), causes.ready(toMiddle()), ['1', '2']);
    expect(causes.size).toBe(0);
    expect(middle.takeAll()).toEqual([
      { key: '1', kind: 'unknown' },
      { key: '2', kind: 'unknown' },
    ]);
  });

  it('does not forget what is heard of again while it is looked into', () => {
    causes.referenced(2, 0, deleted('7'));
    const taken = causes.ready(toMiddle());
    causes.referenced(2, 0, deleted('7'));
    causes.finish(toMiddle(), taken, []);
    expect(causes.ready(toMiddle())).toMatchObject([{ gone: '7' }]);
  });

  it('looks up the value of a new parent when that one is applied', () => {
    middle.add('5', 'written');
    causes.referenced(0, 0, { kind: 'written', gone: null, now: '5', key: '5' });
    expect(causes.ready(toLeaf())).toEqual([]);
    expect(causes.size).toBe(1);
    middle.takeAll();
    expect(causes.ready(toLeaf())).toEqual([]);
    middle.finish([]);
    expect(causes.ready(toLeaf())).toMatchObject([{ gone: '5', visible: true }]);
  });

  it('is passed when everything that came of what was heard is found', async () => {
    causes.referenced(2, 0, deleted('7'));
    const { clock } = causes;
    causes.finish(toMiddle(), causes.ready(toMiddle()), ['70']);
    expect(causes.passed(clock)).toBe(false);
    middle.takeAll();
    causes.replaced(0, 0, '70', '70');
    middle.finish([]);
    await causes.endRound(0, log);
    causes.heard(log.position);
    causes.referenced(2, 0, deleted('8'));
    expect(causes.passed(clock)).toBe(false);
    causes.finish(toLeaf(), causes.ready(toLeaf()), ['700']);
    expect(causes.passed(clock)).toBe(true);
    expect(leaf.has('700')).toBe(true);
  });

  it('is not passed before the log is heard up to what the row of a parent may have shown, and then follows it where it came again', async () => {
    causes.referenced(2, 0, deleted('7'));
    const { clock } = causes;
    causes.finish(toMiddle(), causes.ready(toMiddle()), ['70']);
    middle.takeAll();
    middle.finish([]); // it was there: it has come again, and nothing was replaced
    await causes.endRound(0, { ...log, end: () => Promise.resolve(at(200)) });
    causes.heard(at(150));
    expect(causes.passed(clock)).toBe(false);
    middle.add('70', 'written');
    causes.referenced(0, 0, { kind: 'written', gone: null, now: '70', key: '70' });
    causes.heard(at(200));
    expect(causes.passed(clock)).toBe(false);
    middle.takeAll();
    middle.finish([]);
    await causes.endRound(0, log);
    causes.finish(toLeaf(), causes.ready(toLeaf()), ['700']);
    expect(causes.passed(clock)).toBe(true);
  });

  it('is as old as the row that it awaits is in doubt', async () => {
    causes.referenced(2, 0, deleted('7'));
    const { clock } = causes;
    middle.add('70', 'written');
    causes.referenced(0, 0, { kind: 'written', gone: null, now: '70', key: '70' });
    causes.finish(toMiddle(), causes.ready(toMiddle()), ['70']);
    middle.takeAll();
    middle.finish([]);
    await causes.endRound(0, log);
    causes.heard(log.position);
    expect(causes.passed(clock)).toBe(false);
    causes.finish(toLeaf(), causes.ready(toLeaf()), []);
    expect(causes.passed(clock)).toBe(true);
  });

  it('need not wait for a row that the shadow does not take beside another one, unless it was heard of again', () => {
    middle.add('5', 'written');
    causes.referenced(0, 0, { kind: 'written', gone: null, now: '5', key: '5' });
    middle.takeAll();
    middle.add('5', 'written');
    causes.collided(0, '5');
    expect(causes.ready(toLeaf())).toEqual([]);
    middle.finish([{ key: '5', kind: 'written' }]);
    middle.takeAll();
    causes.collided(0, '5');
    expect(causes.ready(toLeaf())).toMatchObject([{ gone: '5', awaits: null, visible: true }]);
  });

  it('comes back from a checkpoint, and refuses another plan', () => {
    causes.referenced(2, 0, deleted('7'));
    causes.referenced(0, 0, { kind: 'updated', gone: '1', now: '2', key: '2' });
    const { pending } = causes;
    const again = scene();
    expect(pending.map((cause) => again.causes.restore(cause))).toEqual([true, true, true]);
    expect(again.causes.pending).toEqual(pending);
    expect(again.causes.restore({ ...pending[0]!, foreignKey: 'other' })).toBe(false);
  });
});
