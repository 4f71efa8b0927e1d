import { expect, test } from 'vitest';
import { shapes } from '../support/ledger/shapes.js';
import { Slice } from '../support/ledger/slice.js';

const shape = shapes.find(({ autoIncrement }) => autoIncrement)!;
const row = (key: string) => ({ ...shape.baseRow(0), ...shape.keyParts(key) });

test('a key whose row a crash undid, and that the server gives again, has the new row or none', () => {
  const slice = new Slice({ shape, table: 't', owner: 0, ordinals: [] });
  slice.put(row('869'));
  slice.freeze();
  expect([...slice.expected()]).toEqual([]);
  slice.thaw('869');
  slice.put(row('869'));
  expect([...slice.expected()]).toEqual([['869', row('869')]]);
  slice.rollback();
  expect([...slice.expected()]).toEqual([]);
  expect(slice.frozen.size).toBe(0);
});
