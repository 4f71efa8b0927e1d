import { expect, test } from 'vitest';
import { partitioningOf } from '../../../src/schema/partitioning.js';

test.each([
  ['PARTITION BY HASH (`a`)\nPARTITIONS 3', null],
  [
    'PARTITION BY RANGE (`a`)\n(PARTITION `p` VALUES LESS THAN (5) ENGINE = InnoDB,\n PARTITION `q` VALUES LESS THAN MAXVALUE)',
    null,
  ],
  [
    "PARTITION BY LIST  COLUMNS(`a`)\n(PARTITION `p` VALUES IN ('x','y'),\n PARTITION `q` DEFAULT ENGINE = InnoDB)",
    null,
  ],
  [
    'PARTITION BY RANGE (year(`d`))\n(PARTITION `p` VALUES LESS THAN (5),\n PARTITION `q` VALUES LESS THAN (9) ENGINE = InnoDB)',
    { method: 'RANGE', expression: 'year(`d`)', values: ['9'] },
  ],
  [
    "PARTITION BY RANGE  COLUMNS(`a`,`b`)\nSUBPARTITION BY HASH (`c`)\n(PARTITION `p` VALUES LESS THAN (1,'x,('))",
    { method: 'RANGE', expression: '`a`,`b`', values: ['1', "'x,('"] },
  ],
  [
    "PARTITION BY LIST (`a`)\n(PARTITION `p` VALUES IN (1,NULL) COMMENT = 'VALUES',\n PARTITION `q` VALUES IN (3))",
    { method: 'LIST', expression: '`a`', values: ['1', 'NULL', '3'] },
  ],
  [
    'PARTITION BY LIST  COLUMNS(`a`,`b`)\n(PARTITION `p` VALUES IN ((1,2),(3,4)))',
    { method: 'LIST', expression: '`a`,`b`', values: ['(1,2)', '(3,4)'] },
  ],
])('%s', (clause, expected) => {
  expect(partitioningOf(`CREATE TABLE \`t\` (\n  \`a\` int(11) NOT NULL\n) ENGINE=InnoDB\n ${clause}`)).toEqual(
    expected,
  );
});
