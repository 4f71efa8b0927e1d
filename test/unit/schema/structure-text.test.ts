import { expect, test } from 'vitest';
import { isSameStructure } from '../../../src/schema/structure-text.js';

const table = (...lines: string[]): string =>
  `CREATE TABLE \`t\` (\n${lines.map((line) => `  ${line}`).join(',\n')}\n) ENGINE=InnoDB`;
const columns = ['`id` int(11) NOT NULL', "`KEY` int(11) DEFAULT NULL COMMENT 'UNIQUE KEY, x'", 'PRIMARY KEY (`id`)'];

test('the order of indexes and constraints makes no other structure; everything else does', () => {
  const one = table(
    ...columns,
    'UNIQUE KEY `u` (`a`)',
    'KEY `k` (`b`)',
    'CONSTRAINT `f` FOREIGN KEY (`b`) REFERENCES `p` (`id`)',
  );
  const two = table(
    ...columns,
    'KEY `k` (`b`)',
    'UNIQUE KEY `u` (`a`)',
    'CONSTRAINT `f` FOREIGN KEY (`b`) REFERENCES `p` (`id`)',
  );
  expect(isSameStructure(one, two)).toBe(true);
  expect(isSameStructure(one, one.replace('`b`)', '`c`)'))).toBe(false);
  expect(isSameStructure(table('`a` int(11)', '`b` int(11)'), table('`b` int(11)', '`a` int(11)'))).toBe(false);
  expect(isSameStructure(null, one)).toBe(false);
  expect(isSameStructure(null, null)).toBe(true);
});
