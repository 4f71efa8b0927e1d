import { expect, test } from 'vitest';
import { withoutForeignKeys, withoutForeignKeysElsewhere } from '../../../src/schema/foreign-key-text.js';

test('foreign keys to other schemas are cut out, all else stays', () => {
  const create = (...keys: readonly string[]): string =>
    ["CREATE TABLE `t` (\n  `a` int(11) DEFAULT NULL COMMENT 'REFERENCES `x`.`y`, (',\n  KEY `a` (`a`)", ...keys].join(
      ',\n  ',
    ) + '\n) ENGINE=InnoDB';
  const own = 'CONSTRAINT `own` FOREIGN KEY (`a`) REFERENCES `u` (`a`) ON DELETE CASCADE';
  const other = 'CONSTRAINT `other` FOREIGN KEY (`a`, `b`) REFERENCES `x`.`u` (`a`, `b`) ON UPDATE SET NULL';
  expect(withoutForeignKeysElsewhere(create())).toBe(create());
  expect(withoutForeignKeysElsewhere(create(own))).toBe(create(own));
  expect(withoutForeignKeysElsewhere(create(other, own, other))).toBe(create(own));
  expect(withoutForeignKeys(create(other, own))).toBe(create());
});
