import { describe, expect, test } from 'vitest';
import { trackColumns } from '../../../src/plan/column-tracking.js';

/** `new<old` for each column, `new<` for one without a source. */
function track(...alters: readonly string[]): string[] {
  const tracked = trackColumns(
    ['a', 'b', 'c'],
    alters.map((alter) => `ALTER TABLE t ${alter}`),
  );
  return tracked.map(({ name, origin }) => `${name}<${origin ?? ''}`).sort();
}

describe('columns are followed through', () => {
  test.each([
    ['MODIFY a BIGINT', ['a<a', 'b<b', 'c<c']],
    ['CHANGE a x INT', ['b<b', 'c<c', 'x<a']],
    ['CHANGE COLUMN IF EXISTS a x INT AFTER b', ['b<b', 'c<c', 'x<a']],
    ['CHANGE A `x y` INT', ['b<b', 'c<c', 'x y<a']],
    ['RENAME COLUMN a TO x', ['b<b', 'c<c', 'x<a']],
    ['RENAME COLUMN IF EXISTS a TO x', ['b<b', 'c<c', 'x<a']],
    ['CHANGE a b INT, CHANGE b a INT', ['a<b', 'b<a', 'c<c']],
    ['RENAME COLUMN a TO b, RENAME COLUMN b TO c, RENAME COLUMN c TO a', ['a<c', 'b<a', 'c<b']],
    ['DROP a', ['b<b', 'c<c']],
    ['DROP COLUMN IF EXISTS a, DROP COLUMN IF EXISTS nope', ['b<b', 'c<c']],
    ['DROP a, ADD a INT', ['a<', 'b<b', 'c<c']],
    ['DROP a, CHANGE b a INT', ['a<b', 'c<c']],
    ['ADD d INT', ['a<a', 'b<b', 'c<c', 'd<']],
    ['ADD COLUMN IF NOT EXISTS b INT, ADD IF NOT EXISTS d INT', ['a<a', 'b<b', 'c<c', 'd<']],
    ["ADD (d INT, KEY k (d), `e` ENUM('x,y') , UNIQUE (e))", ['a<a', 'b<b', 'c<c', 'd<', 'e<']],
    [
      'ADD INDEX d (a), ADD UNIQUE (b), ADD PRIMARY KEY (c), ADD CONSTRAINT x CHECK (a > 0), ADD FULLTEXT (b)',
      ['a<a', 'b<b', 'c<c'],
    ],
    ['DROP INDEX a, DROP KEY b, DROP PRIMARY KEY, DROP CONSTRAINT c, DROP FOREIGN KEY a', ['a<a', 'b<b', 'c<c']],
    ['RENAME INDEX a TO x, RENAME KEY b TO y', ['a<a', 'b<b', 'c<c']],
    ["ALTER COLUMN a SET DEFAULT 1, COMMENT 'DROP b, ADD d INT'", ['a<a', 'b<b', 'c<c']],
    ['ADD `index` INT, DROP `b`', ['a<a', 'c<c', 'index<']],
    ['ADD d DECIMAL(4,2) DEFAULT (a + (b * 2)), ADD e INT', ['a<a', 'b<b', 'c<c', 'd<', 'e<']],
  ])('%s', (alter, expected) => {
    expect(track(alter)).toEqual(expected);
  });

  test('several statements in a row', () => {
    expect(track('CHANGE a x INT', 'CHANGE x y INT, ADD a INT', 'DROP b', 'RENAME COLUMN a TO b')).toEqual([
      'b<',
      'c<c',
      'y<a',
    ]);
  });
});
