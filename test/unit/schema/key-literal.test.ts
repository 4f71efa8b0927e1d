import { describe, expect, it } from 'vitest';
import {
  isByteExact,
  isKeyTypeSupported,
  joinKeyLiteral,
  keyAfterSql,
  keyColumnsSql,
  keySelectSql,
  keyUpToSql,
  literalsFit,
  splitKeyLiteral,
} from '../../../src/schema/key-literal.js';
import type { Column } from '../../../src/schema/table.js';

function column(columnType: string, fields: Partial<Column> = {}): Column {
  return {
    name: 'c',
    position: 1,
    columnType,
    dataType: columnType.replace(/\W.*/, ''),
    unsigned: columnType.includes('unsigned'),
    nullable: false,
    charset: null,
    collation: null,
    defaultSql: null,
    autoIncrement: false,
    generated: null,
    generationSql: null,
    invisible: false,
    maxLength: null,
    numericPrecision: null,
    numericScale: null,
    datetimePrecision: null,
    ...fields,
  };
}

const a = column('int(11)', { name: 'a' });
const b = column('varchar(10)', { name: 'b`', charset: 'latin1', collation: 'latin1_swedish_ci' });

describe('key expressions', () => {
  it('selects the literal of one column or of all', () => {
    expect(keySelectSql([a], 's')).toBe('CAST(`s`.`a` AS CHAR)');
    expect(keySelectSql([a, b], 's')).toBe(
      "CONCAT('(', CAST(`s`.`a` AS CHAR), ',', CONCAT('_latin1 x''', HEX(`s`.`b```), ''''), ')')",
    );
  });

  it('names the columns for IN', () => {
    expect(keyColumnsSql([a])).toBe('`a`');
    expect(keyColumnsSql([a, b])).toBe('(`a`,`b```)');
    expect(keyColumnsSql([a, b], 's')).toBe('(`s`.`a`,`s`.`b```)');
  });

  it('splits what it joins', () => {
    for (const parts of [['17'], ['17', "_latin1 x'62'"], ["'-838:59:59'", '-1', "x''"]]) {
      expect(splitKeyLiteral(joinKeyLiteral(parts))).toEqual(parts);
    }
  });

  it('spells ranges as an OR that the range optimizer uses', () => {
    expect(keyAfterSql([a], 's', '17')).toBe('`s`.`a` > 17');
    expect(keyUpToSql([a], 's', '17')).toBe('`s`.`a` <= 17');
    expect(keyAfterSql([a, b], 's', "(17,_latin1 x'62')")).toBe(
      "((`s`.`a` > 17) OR (`s`.`a` = 17 AND `s`.`b``` > _latin1 x'62'))",
    );
    expect(keyUpToSql([a, b], 's', "(17,_latin1 x'62')")).toBe(
      "((`s`.`a` < 17) OR (`s`.`a` = 17 AND `s`.`b``` <= _latin1 x'62'))",
    );
    expect(() => keyUpToSql([a, b], 's', '17')).toThrow('does not fit');
  });
});

describe('types', () => {
  it.each(['float', 'double', 'text', 'blob', 'json', 'point', 'year(2)', 'longtext', 'constructor'])(
    'refuses %s',
    (type) => {
      expect(isKeyTypeSupported(column(type, { charset: 'utf8mb4', collation: 'utf8mb4_bin' }))).toBe(false);
    },
  );

  it('refuses a SET of 64 members, whose last bit is a sign', () => {
    const members = Array.from({ length: 64 }, (_, i) => `'m''${i}'`);
    expect(isKeyTypeSupported(column(`set(${members.join(',')})`))).toBe(false);
    expect(isKeyTypeSupported(column(`set(${members.slice(1).join(',')})`))).toBe(true);
  });

  it('refuses a virtual column', () => {
    expect(isKeyTypeSupported(column('int(11)', { generated: 'VIRTUAL' }))).toBe(false);
    expect(isKeyTypeSupported(column('int(11)', { generated: 'STORED' }))).toBe(true);
  });

  it.each<[string, string | null, boolean]>([
    ['int(11)', null, true],
    ['varbinary(9)', null, true],
    ['datetime(6)', null, true],
    ['char(9)', 'utf8mb4_bin', true],
    ['varchar(9)', 'utf8mb4_nopad_bin', true],
    ['varchar(9)', 'utf8mb4_bin', false],
    ['varchar(9)', 'utf8mb4_general_ci', false],
    ['char(9)', 'sjis_bin', false],
    ['text', 'utf8mb4_nopad_bin', false],
  ])('%s %s byte-exact: %s', (type, collation, expected) => {
    const charset = collation?.split('_')[0] ?? null;
    expect(isByteExact(column(type, { collation, charset }))).toBe(expected);
  });
});

describe('literals in a column of another type', () => {
  const text = { charset: 'utf8mb4', collation: 'utf8mb4_bin' };
  it.each([
    ['int(11)', 'bigint(20) unsigned', true],
    ['decimal(9,2)', 'int(11)', true],
    ['bit(9)', 'int(11)', true],
    ['int(11)', 'varchar(20)', false],
    ['varchar(20)', 'int(11)', false],
    ['varchar(20)', 'char(30)', true],
    ['varchar(20)', "enum('a','b')", true],
    ["enum('a','b')", 'varchar(20)', false],
    ["enum('a','b')", "enum('a','b','c')", true],
    ["enum('a','b')", "enum('b','a')", false],
    ['date', 'datetime', true],
    ['time', 'time(6)', true],
    ['time', 'datetime', false],
    ['uuid', 'char(36)', true],
    ['inet6', 'varchar(45)', false],
    ['inet4', 'inet6', false],
  ])('%s in %s: %s', (from, to, fits) => {
    expect(literalsFit(column(from, text), column(to, text))).toBe(fits);
  });

  it('a BINARY of another length has other bytes, a VARBINARY keeps them', () => {
    const bytes = (type: string, maxLength: number): Column => column(type, { maxLength });
    expect(literalsFit(bytes('binary(4)', 4), bytes('binary(4)', 4))).toBe(true);
    expect(literalsFit(bytes('binary(4)', 4), bytes('binary(8)', 8))).toBe(false);
    expect(literalsFit(bytes('binary(4)', 4), bytes('varbinary(8)', 8))).toBe(true);
    expect(literalsFit(bytes('varbinary(8)', 8), bytes('binary(8)', 8))).toBe(false);
  });
});
