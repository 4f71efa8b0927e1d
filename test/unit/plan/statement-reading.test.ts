import { expect, test } from 'vitest';
import { innermost, statementsIn } from '../../../src/plan/sent-text.js';
import { readStatement } from '../../../src/plan/statement-reading.js';

/** `w:` what is written, `r:` what is read. */
function rows(sql: string): string[] {
  const reading = readStatement(sql);
  if (reading.kind !== 'rows') throw new Error(`${sql} is ${reading.kind}`);
  return reading.mentions.map(
    ({ schema, table, writes }) => `${writes ? 'w' : 'r'}:${schema === null ? '' : `${schema}.`}${table}`,
  );
}

test.each([
  ['SELECT 1', []],
  ['SELECT a FROM t', ['r:t']],
  ['(SELECT a FROM t) UNION (SELECT b FROM u)', ['r:t', 'r:u']],
  [
    'SELECT t.a, (SELECT MAX(x) FROM `u v`) FROM s.t AS x, w JOIN y ON x.a = y.a, z WHERE a IN (SELECT b FROM q)',
    ['r:u v', 'r:s.t', 'r:w', 'r:y', 'r:z', 'r:q'],
  ],
  ['SELECT * FROM (a LEFT JOIN b USING (id)) JOIN (SELECT 1 FROM c) d', ['r:a', 'r:b', 'r:c']],
  ["SELECT EXTRACT(YEAR FROM at), TRIM(LEADING 'x' FROM name) FROM t FOR UPDATE", ['r:t']],
  ['SELECT a INTO @x FROM t', ['r:t']],
  ['WITH c AS (SELECT a FROM t) SELECT * FROM c', ['r:t']],
  ['INSERT INTO t (a, b) VALUES (1, 2) ON DUPLICATE KEY UPDATE a = 1', ['w:t']],
  ['INSERT IGNORE t SET a = 1', ['w:t']],
  ['INSERT INTO t SELECT a FROM u WHERE b', ['w:t', 'r:u']],
  ["REPLACE t VALUES (REPLACE('a', 'b', 'c'))", ['w:t']],
  ['UPDATE t SET a = (SELECT b FROM u) WHERE c', ['w:t', 'r:u']],
  ['UPDATE a x, b AS y SET x.v = y.v', ['w:a', 'w:b']],
  ['DELETE FROM t WHERE a IN (SELECT b FROM u)', ['w:t', 'r:u']],
  ['DELETE a FROM a JOIN b ON a.x = b.x', ['w:a', 'w:b']],
  ["LOAD DATA LOCAL INFILE 'x' INTO TABLE t", ['w:t']],
  ['SET STATEMENT max_statement_time = 1 FOR DELETE FROM t', ['w:t']],
  ['SET foreign_key_checks = 0, SESSION a = @@GLOBAL.b', []],
  ['SET @a = (SELECT MAX(id) FROM t)', ['r:t']],
  ['ANALYZE FORMAT=JSON UPDATE t SET a = 1', ['w:t']],
  ["PREPARE p FROM 'DELETE FROM t WHERE a = ?'", ['w:t']],
  ["EXECUTE IMMEDIATE 'DELETE FROM t' USING @a", ['w:t']],
  ['HANDLER s.t READ FIRST', ['r:s.t']],
])('%s', (sql, expected) => {
  expect(rows(sql)).toEqual(expected);
});

test.each([
  ['SHOW CREATE TABLE t', 'none'],
  ['EXPLAIN SELECT * FROM t', 'none'],
  ['DESCRIBE t', 'none'],
  ['BEGIN', 'none'],
  ['START TRANSACTION READ ONLY', 'none'],
  ['EXECUTE p USING @a', 'none'],
  ['DROP PREPARE p', 'none'],
  ['-- nothing', 'none'],
  ['USE `a b`', 'use'],
  ['CREATE TABLE IF NOT EXISTS t (id INT)', 'create'],
  ['DROP TABLE IF EXISTS a, b', 'drop'],
  ['RENAME TABLE a TO b, c TO d', 'rename'],
  ['ALTER TABLE t RENAME TO u', 'alter'],
  ['CREATE UNIQUE INDEX i ON t (a)', 'touches'],
  ['LOCK TABLES t READ, u AS v WRITE', 'touches'],
  ['ANALYZE TABLE t', 'touches'],
  ['TRUNCATE TABLE t', 'truncate'],
  ['CREATE DATABASE x', 'schema'],
  ['ALTER DATABASE CHARACTER SET utf8mb4', 'schema'],
  ['CREATE OR REPLACE DEFINER = user@event VIEW v AS SELECT 1', 'stored'],
  ['DROP TRIGGER IF EXISTS t', 'stored'],
  ['CREATE SEQUENCE s', 'stored'],
  ['CALL p()', 'unjudged'],
  ['PREPARE p FROM @sql', 'unjudged'],
  ["EXECUTE IMMEDIATE CONCAT('DROP TABLE ', @t)", 'unjudged'],
  ['SET a = 1, GLOBAL b = 2', 'unjudged'],
  ['SET @@GLOBAL.b = 2', 'unjudged'],
  ['SET PASSWORD = PASSWORD(1)', 'unjudged'],
  ['BEGIN NOT ATOMIC DROP TABLE t', 'unjudged'],
  ['IF @a THEN DROP TABLE t', 'unjudged'],
  ['GRANT SELECT ON a.* TO b', 'unjudged'],
  ['CREATE USER view', 'unjudged'],
  ['DROP SERVER table', 'unjudged'],
  ["CREATE FUNCTION f RETURNS STRING SONAME 'x.so'", 'unjudged'],
  ['FLUSH TABLES WITH READ LOCK', 'unjudged'],
  ['XA START 1', 'unjudged'],
  ['KILL 7', 'unjudged'],
  ["DROP TABLE 'a'", 'unjudged'],
  ['RENAME TABLE a', 'unjudged'],
  ["'x'", 'unjudged'],
])('%s is %s', (sql, kind) => {
  expect(readStatement(sql).kind).toBe(kind);
});

test('names of definitions', () => {
  expect(readStatement('ALTER TABLE t ADD a INT, RENAME AS s.u')).toMatchObject({
    renamedTo: { schema: 's', table: 'u' },
  });
  expect(readStatement('ALTER TABLE t RENAME COLUMN a TO b, RENAME INDEX i TO j')).toMatchObject({ renamedTo: null });
  const names = (sql: string): unknown => {
    const reading = readStatement(sql);
    return reading.kind === 'alter' || reading.kind === 'create' ? reading.others.map(({ table }) => table) : reading;
  };
  expect(names('ALTER TABLE t EXCHANGE PARTITION p WITH TABLE s.u WITHOUT VALIDATION')).toEqual(['u']);
  expect(names('ALTER TABLE t ADD a INT REFERENCES u (id), ADD FOREIGN KEY (b) REFERENCES s.v (id)')).toEqual([
    'u',
    'v',
  ]);
  expect(names('CREATE TABLE t (LIKE s.u)')).toEqual(['u']);
  expect(names('CREATE TABLE t (a INT CHECK (a LIKE b)) SELECT x.a FROM x WHERE x.a LIKE y.b')).toEqual([]);
  expect(readStatement('ALTER TABLE t ADD a INT, DROP PARTITION p')).toMatchObject({ movesRows: true });
  expect(readStatement('ALTER TABLE t DROP COLUMN a, ADD PARTITION (PARTITION p VALUES IN (1))')).toMatchObject({
    movesRows: false,
  });
  expect(readStatement('DROP TABLE a, `b`.c')).toMatchObject({
    tables: [
      { schema: null, table: 'a' },
      { schema: 'b', table: 'c' },
    ],
  });
  expect(readStatement('CREATE TEMPORARY TABLE t AS SELECT * FROM u')).toMatchObject({
    temporary: true,
    rows: [{ table: 'u', writes: false }],
  });
  expect(readStatement('UPDATE t x SET a = 1, x.b = (SELECT MAX(c) FROM u), c = 2 WHERE d = 3')).toMatchObject({
    sets: [
      { qualifier: null, column: 'a' },
      { qualifier: 'x', column: 'b' },
      { qualifier: null, column: 'c' },
    ],
  });
});

test('a stored program is one statement, whatever is in it, and ends where it ends', () => {
  const procedure =
    'CREATE PROCEDURE p() BEGIN IF a THEN UPDATE t SET a = CASE b WHEN 1 THEN 2 END; END IF; DELETE FROM u; END';
  expect(statementsIn(`${procedure}; DROP TABLE a; SELECT 1`)).toEqual([procedure, 'DROP TABLE a', 'SELECT 1']);
  expect(statementsIn('CREATE VIEW begin AS SELECT 1; DROP TABLE a')).toEqual([
    'CREATE VIEW begin AS SELECT 1',
    'DROP TABLE a',
  ]);
  expect(statementsIn(' SELECT 1; ; SELECT ";" -- x')).toEqual(['SELECT 1', 'SELECT ";"']);
  expect(readStatement(procedure)).toMatchObject({ mentions: [{ table: 't' }, { table: 'u' }] });
});

test('the statement in a statement', () => {
  const alter = 'ALTER TABLE t ADD a INT';
  expect(innermost(`SET STATEMENT a = (1), b = 2 FOR SET STATEMENT c = 3 FOR ${alter}`)).toBe(alter);
  expect(innermost(`EXECUTE IMMEDIATE "PREPARE p FROM '${alter}'"`)).toBe(alter);
});
