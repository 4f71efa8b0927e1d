import { quoteString } from '../../src/db/quote.js';
import type { Random } from './ledger/random.js';

/** A type of key column that zongji is known to decode rightly (negative TIME, YEAR 0, ENUM 0, BIT and the charsets' holes are not). */
interface KeyType {
  readonly sql: string;
  /** One of few values, as SQL, so that keys meet. */
  value(random: Random): string;
  /** zongji's value as a literal. */
  literal(value: unknown): string;
}

const hexOf = (bytes: Buffer): string => bytes.toString('hex').toUpperCase();
const quoted = (value: unknown): string => `'${value as string}'`;
const bytesOf = (value: unknown): Buffer => (Buffer.isBuffer(value) ? value : Buffer.from(value as string, 'latin1'));
const integer = (sql: string, low: number, step: number): KeyType => ({
  sql,
  value: (random) => `${low + random.below(40) * step}`,
  literal: String,
});

const members = ['one', 'two', 'three four', ''];

const keyTypes: readonly KeyType[] = [
  integer('TINYINT', -20, 1),
  integer('TINYINT UNSIGNED', 216, 1),
  integer('SMALLINT', -32768, 1600),
  integer('SMALLINT UNSIGNED', 65495, 1),
  integer('MEDIUMINT', -8_000_000, 400_000),
  integer('MEDIUMINT UNSIGNED', 16_777_100, 3),
  integer('INT', -6, 1),
  integer('INT UNSIGNED', 4_294_967_200, 2),
  { sql: 'BIGINT', value: (random) => `${-9007199254740980n - BigInt(random.below(40)) * 3n}`, literal: String },
  {
    sql: 'BIGINT UNSIGNED',
    value: (random) => `${18446744073709551000n + BigInt(random.below(40)) * 3n}`,
    literal: String,
  },
  {
    sql: 'DECIMAL(12,3)',
    value: (random) => `${random.below(40) - 20}.${random.pick(['5', '125'])}`,
    literal: String,
  },
  {
    sql: 'DECIMAL(38,18)',
    value: (random) =>
      `${random.pick(['-', ''])}123456789012345678${random.below(40)}.000000001${random.below(9)}0000001`,
    literal: String,
  },
  {
    sql: 'VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci',
    value: (random) =>
      quoteString(random.pick(['a', 'A', 'b ', 'é', 'É', '😀', '', 'x'.repeat(38)]) + random.pick(['', 'z'])),
    literal: (value) => `_utf8mb4 x'${hexOf(Buffer.from(value as string))}'`,
  },
  {
    sql: 'VARCHAR(300) CHARACTER SET ascii COLLATE ascii_bin',
    value: (random) => `REPEAT('${random.pick(['a', 'B', '~'])}', ${random.below(300)})`,
    literal: (value) => `_ascii x'${hexOf(Buffer.from(value as string))}'`,
  },
  {
    sql: 'CHAR(9) CHARACTER SET latin1',
    value: (random) => quoteString(random.pick(['a', 'Ä', 'ä', 'ß', 'ÿ', '']) + random.pick(['', '1', ' 2'])),
    literal: (value) => `_latin1 x'${hexOf(Buffer.from(value as string, 'latin1'))}'`,
  },
  {
    sql: 'VARBINARY(20)',
    value: (random) => `x'${random.pick(['', '00', 'FF00', '80'])}${random.hex(2)}'`,
    literal: (value) => `x'${hexOf(bytesOf(value))}'`,
  },
  {
    sql: 'BINARY(5)',
    value: (random) => `x'${random.pick(['00', 'FF', '8020'])}${random.hex(2)}'`,
    literal: (value) => `x'${hexOf(Buffer.concat([bytesOf(value), Buffer.alloc(5)]).subarray(0, 5))}'`,
  },
  {
    sql: `ENUM(${members.map(quoteString).join(',')})`,
    value: (random) => quoteString(random.pick(members)),
    literal: (value) => `${members.indexOf(value as string) + 1}`,
  },
  { sql: 'YEAR', value: (random) => `${random.pick([1901, 2000, 2155])}`, literal: String },
  { sql: 'DATE', value: (random) => `'20${10 + random.below(40)}-02-0${1 + random.below(9)}'`, literal: quoted },
  {
    sql: 'TIME(2)',
    value: (random) => `'${random.pick(['00', '23', '838'])}:59:${10 + random.below(49)}.${10 + random.below(9)}'`,
    literal: quoted,
  },
  {
    sql: 'DATETIME',
    value: (random) => `'${random.pick(['1000', '2024', '9999'])}-12-31 23:59:${10 + random.below(49)}'`,
    literal: quoted,
  },
  {
    sql: 'DATETIME(3)',
    value: (random) => `'2024-02-29 23:59:5${random.below(10)}.${random.pick(['001', '990'])}'`,
    literal: quoted,
  },
  {
    sql: 'TIMESTAMP(6)',
    value: (random) => `'2024-02-29 12:59:5${random.below(10)}.${random.pick(['000001', '990000'])}'`,
    literal: quoted,
  },
];

/** Columns that are stepped over, with random values. */
const fillers: readonly { readonly sql: string; value(random: Random): string }[] = [
  { sql: 'INT', value: (random) => `${random.below(1000)}` },
  { sql: 'TEXT', value: (random) => `REPEAT('t', ${random.below(400)})` },
  { sql: 'VARCHAR(200)', value: (random) => `REPEAT('w', ${random.below(200)})` },
  { sql: 'VARCHAR(2000)', value: (random) => `REPEAT('é', ${random.below(300)})` },
  { sql: 'DOUBLE', value: (random) => `${random.next()}` },
  { sql: 'FLOAT', value: (random) => `${random.next()}` },
  { sql: 'DECIMAL(20,7)', value: (random) => `-${random.below(1e9)}.5` },
  { sql: 'BIT(13)', value: (random) => `${random.below(8192)}` },
  { sql: 'DATETIME(5)', value: () => "'2024-01-01 00:00:00.12345'" },
  { sql: 'TIME', value: () => "'-10:00:01'" },
  { sql: 'LONGBLOB', value: (random) => `REPEAT(x'00', ${random.below(300)})` },
  { sql: 'JSON', value: (random) => `'{"a": ${random.below(100)}}'` },
  { sql: "SET('a','b','c')", value: (random) => `${random.below(8)}` },
  { sql: 'CHAR(255)', value: () => "'é'" },
];

/** A table with a key of one to three random columns among others, and the statements that change it. */
export class RandomTable {
  readonly name: string;
  readonly #keys: readonly KeyType[];
  readonly #fillers: typeof fillers;
  readonly #rowsPerStatement: number;

  constructor(name: string, random: Random, rowsPerStatement: number) {
    this.name = name;
    this.#keys = Array.from({ length: random.between(1, 3) }, () => random.pick(keyTypes));
    this.#fillers = Array.from({ length: random.between(1, 6) }, () => random.pick(fillers));
    this.#rowsPerStatement = rowsPerStatement;
  }

  get createSql(): string {
    const keys = this.#keys.map((type, i) => `k${i} ${type.sql} NOT NULL`);
    const order = this.#keys.map((_, i) => `k${i}`);
    const others = this.#fillers.map(({ sql }, i) => `f${i} ${sql}`);
    return `CREATE TABLE ${this.name} (${['a TEXT', ...keys, 'v INT', ...others, 'w TEXT'].join(', ')}, PRIMARY KEY (${order.join(', ')}), UNIQUE (v))`;
  }

  /** The key of a row that zongji decoded. */
  literals(row: Readonly<Record<string, unknown>>): string[] {
    return this.#keys.map((type, i) => type.literal(row[`k${i}`]));
  }

  /** Duplicates, and statements that find nothing, are part of the game. */
  statement(random: Random): string {
    const { name } = this;
    const rows = Array.from({ length: 1 + random.below(this.#rowsPerStatement) }, () => this.#row(random)).join(', ');
    const index = random.below(this.#keys.length);
    const [key, value] = [`k${index}`, () => this.#keys[index]!.value(random)];
    switch (random.below(8)) {
      case 0:
        return `INSERT INTO ${name} VALUES ${rows}`;
      case 1:
      case 2:
        return `INSERT IGNORE INTO ${name} VALUES ${rows}`;
      case 3:
        return `REPLACE INTO ${name} VALUES ${rows}`;
      case 4:
        return `INSERT INTO ${name} VALUES ${rows} ON DUPLICATE KEY UPDATE w = CONCAT(LEFT(VALUES(w), 50), ${random.below(99)})`;
      case 5:
        return `UPDATE ${name} SET w = REPEAT('u', ${random.below(200)}) WHERE ${key} <= ${value()}`;
      case 6:
        return `UPDATE IGNORE ${name} SET ${key} = ${value()} WHERE ${key} >= ${value()} LIMIT ${this.#rowsPerStatement}`;
      default:
        return `DELETE FROM ${name} WHERE ${key} > ${value()} LIMIT ${this.#rowsPerStatement}`;
    }
  }

  #row(random: Random): string {
    const values = [
      random.pick(['NULL', "'text'"]),
      ...this.#keys.map((type) => type.value(random)),
      random.pick(['NULL', `${random.below(10 * this.#rowsPerStatement)}`]),
      ...this.#fillers.map((filler) => (random.chance(0.2) ? 'NULL' : filler.value(random))),
      `REPEAT('w', ${random.below(100)})`,
    ];
    return `(${values.join(', ')})`;
  }
}
