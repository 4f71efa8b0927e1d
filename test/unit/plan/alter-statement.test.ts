import { describe, expect, test } from 'vitest';
import { parseAlter } from '../../../src/plan/alter-statement.js';
import { TideoverError } from '../../../src/errors.js';

function parse(alter: string | readonly string[], table: string | null = null) {
  return parseAlter({ alter: typeof alter === 'string' ? [alter] : alter, table, database: 'shop' });
}

function reasonOf(alter: string, table: string | null = null): unknown {
  try {
    const parsed = parse(alter, table);
    return `accepted: ${parsed.map(({ sql }) => sql).join(' | ')}`;
  } catch (error) {
    if (!(error instanceof TideoverError)) throw error;
    expect(error.hint).toBeTruthy();
    return error.code === 'statement-invalid' ? error.facts['reason'] : error.code;
  }
}

describe('statements that are accepted', () => {
  test.each([
    ['ALTER TABLE t ADD a INT', 't', 'ALTER TABLE `t` ADD a INT'],
    ['alter table shop.t add a int', 't', 'alter table `t` add a int'],
    ['ALTER TABLE `shop` . `t` ADD a INT', 't', 'ALTER TABLE `t` ADD a INT'],
    [
      'ALTER ONLINE TABLE IF EXISTS `a``b` WAIT 5 ADD a INT',
      'a`b',
      'ALTER ONLINE TABLE IF EXISTS `a``b` WAIT 5 ADD a INT',
    ],
    ['/* why */ ALTER TABLE t -- x\n ADD a INT', 't', '/* why */ ALTER TABLE `t` -- x\n ADD a INT'],
    ["CREATE INDEX i ON t (a, b(10)) COMMENT 'x'", 't', "ALTER TABLE `t` ADD INDEX i (a, b(10)) COMMENT 'x'"],
    [
      'CREATE UNIQUE INDEX IF NOT EXISTS i USING BTREE ON shop.t (a)',
      't',
      'ALTER TABLE `t` ADD UNIQUE INDEX IF NOT EXISTS i USING BTREE (a)',
    ],
    ['DROP INDEX i ON t', 't', 'ALTER TABLE `t` DROP INDEX i'],
    ['DROP INDEX IF EXISTS `i` ON `t`', 't', 'ALTER TABLE `t` DROP INDEX IF EXISTS `i`'],
    ["ALTER TABLE t COMMENT 'RENAME TO other.x'", 't', "ALTER TABLE `t` COMMENT 'RENAME TO other.x'"],
    [
      'ALTER TABLE t RENAME COLUMN a TO b, RENAME INDEX c TO d, RENAME KEY e TO f',
      't',
      'ALTER TABLE `t` RENAME COLUMN a TO b, RENAME INDEX c TO d, RENAME KEY e TO f',
    ],
    ['ALTER TABLE t CONVERT TO CHARACTER SET utf8mb4', 't', 'ALTER TABLE `t` CONVERT TO CHARACTER SET utf8mb4'],
    ['ALTER TABLE t ADD a DECIMAL(4,2) DEFAULT 0.5', 't', 'ALTER TABLE `t` ADD a DECIMAL(4,2) DEFAULT 0.5'],
    ['ALTER TABLE t ENGINE=InnoDB, FORCE', 't', 'ALTER TABLE `t` ENGINE=InnoDB, FORCE'],
    [
      'ALTER TABLE t ADD engine VARCHAR(10), MODIFY engine TEXT',
      't',
      'ALTER TABLE `t` ADD engine VARCHAR(10), MODIFY engine TEXT',
    ],
    ['ALTER TABLE t PARTITION BY HASH (id) PARTITIONS 4', 't', 'ALTER TABLE `t` PARTITION BY HASH (id) PARTITIONS 4'],
    ['ALTER TABLE t DROP FOREIGN KEY f', 't', 'ALTER TABLE `t` DROP FOREIGN KEY f'],
    [
      'ALTER TABLE t MODIFY a TEXT /*M!100301 COMPRESSED*/',
      't',
      'ALTER TABLE `t` MODIFY a TEXT /*M!100301 COMPRESSED*/',
    ],
  ])('%s', (given, table, sql) => {
    expect(parse(given)).toEqual([{ table, sql }]);
  });

  test('several in one text, cut outside of strings and comments only', () => {
    const text = "ALTER TABLE a ADD x VARCHAR(9) DEFAULT ';' ; -- ; not here\n ALTER TABLE b ADD `;` INT; /* ; */ ;";
    expect(parse(text)).toEqual([
      { table: 'a', sql: "ALTER TABLE `a` ADD x VARCHAR(9) DEFAULT ';'" },
      { table: 'b', sql: '-- ; not here\n ALTER TABLE `b` ADD `;` INT' },
    ]);
  });

  test('with a table, parts and whole statements alike', () => {
    expect(
      parse(
        [
          'ADD a INT',
          'ALTER TABLE t DROP b;',
          'ALTER COLUMN c SET DEFAULT 1',
          'DROP INDEX i, ADD d TIMESTAMP ON UPDATE now()',
        ],
        't',
      ),
    ).toEqual([
      { table: 't', sql: 'ALTER TABLE `t` ADD a INT' },
      { table: 't', sql: 'ALTER TABLE `t` DROP b' },
      { table: 't', sql: 'ALTER TABLE `t` ALTER COLUMN c SET DEFAULT 1' },
      { table: 't', sql: 'ALTER TABLE `t` DROP INDEX i, ADD d TIMESTAMP ON UPDATE now()' },
    ]);
  });
});

describe('statements that could reach the source, another schema, or that are none of ours', () => {
  test.each([
    ['ALTER TABLE other.t ADD a INT', 'other-database'],
    ['ALTER TABLE t RENAME TO u', 'rename-table'],
    ['ALTER TABLE t ADD a INT, RENAME other.t', 'rename-table'],
    ['ALTER TABLE t RENAME AS u', 'rename-table'],
    ['ALTER TABLE t /* , */ RENAME u', 'rename-table'],
    ['ALTER TABLE t EXCHANGE PARTITION p WITH TABLE u', 'exchange-partition'],
    ['ALTER TABLE t CONVERT PARTITION p TO TABLE u', 'convert-partition'],
    ['ALTER TABLE t CONVERT TABLE u TO PARTITION p VALUES LESS THAN (5)', 'convert-partition'],
    ['ALTER TABLE t DISCARD TABLESPACE', 'tablespace'],
    ['ALTER TABLE t IMPORT TABLESPACE', 'tablespace'],
    ['ALTER TABLE t DROP PARTITION p', 'drop-partition'],
    ['ALTER TABLE t TRUNCATE PARTITION p', 'drop-partition'],
    ['ALTER TABLE t CHECK PARTITION p', 'partition-maintenance'],
    ['ALTER TABLE t ADD a INT DEFAULT (NEXT VALUE FOR shop.s)', 'qualified-name'],
    ['ALTER TABLE t ADD a INT REFERENCES shop.u (a)', 'qualified-name'],
    ["ALTER TABLE t ENGINE=FEDERATED CONNECTION='mysql://x'", 'engine-not-innodb'],
    ["ALTER TABLE t COMMENT 'a' ENGINE MyISAM", 'engine-not-innodb'],
    ['ALTER TABLE t ADD SYSTEM VERSIONING', 'system-versioning'],
    ['ALTER TABLE t ADD PERIOD FOR p (a, b)', 'system-versioning'],
    ['ALTER IGNORE TABLE t ADD UNIQUE (a)', 'alter-ignore'],
    ['ALTER TABLE t /*!50000 RENAME TO */ ADD a INT', 'executable-comment'],
    ['ALTER TABLE t ADD a INT /*M!100000 , RENAME u */', 'executable-comment'],
    ['ALTER TABLE t', 'empty'],
    ['DROP TABLE t', 'not-alter-table'],
    ['UPDATE t SET a = 1', 'not-alter-table'],
    ['ALTER DATABASE shop CHARACTER SET utf8mb4', 'not-alter-table'],
    ['CREATE OR REPLACE INDEX i ON t (a)', 'index-statement'],
    ['DROP INDEX i ON t ALGORITHM=COPY', 'index-statement'],
    ['DELIMITER //', 'delimiter'],
    ['', 'nothing-to-do'],
    [' ; -- nothing', 'nothing-to-do'],
  ])('%s', (given, reason) => {
    expect(reasonOf(given)).toBe(reason);
  });

  test('with a table, only that table', () => {
    expect(reasonOf('ALTER TABLE u ADD a INT', 't')).toBe('other-table');
    expect(reasonOf('CREATE INDEX i ON u (a)', 't')).toBe('other-table');
    expect(reasonOf('CREATE TABLE u (a INT)', 't')).toBe('not-alter-table');
    expect(reasonOf('RENAME TO u', 't')).toBe('rename-table');
  });
});
