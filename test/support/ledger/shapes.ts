import { Random } from './random.js';

/** A row as the server prints it: every value as text, binary as upper-case HEX(), NULL as null. */
export type LedgerRow = Readonly<Record<string, string | null>>;

/** True when every column that the server printed has the expected value. */
export function sameRow(expected: LedgerRow, actual: LedgerRow): boolean {
  return Object.keys(actual).every((column) => expected[column] === actual[column]);
}

/** A row for a message: long values cut. */
export function rowText(row: LedgerRow | null): string {
  if (row === null) return 'no row';
  const values = Object.entries(row).map(([column, value]) => {
    const text = value === null ? 'NULL' : JSON.stringify(value);
    return `${column}=${text.length > 60 ? `${text.slice(0, 57)}…` : text}`;
  });
  return `{${values.join(', ')}}`;
}

/** How a column's text becomes a literal and back. */
export type ColumnKind = 'number' | 'text' | 'temporal' | 'binary';

export interface LedgerColumn {
  readonly name: string;
  readonly kind: ColumnKind;
}

/**
 * A kind of table that the ledger knows to write to. Row number `ordinal` of the base fill is a pure function, so the model need not
 * store what nobody changed.
 */
export interface Shape {
  readonly name: string;
  /** Everything between the parentheses of CREATE TABLE, and the table options. */
  readonly definition: string;
  readonly columns: readonly LedgerColumn[];
  readonly keyColumns: readonly string[];
  /** The server gives the key when it is left out. */
  readonly autoIncrement: boolean;
  /** A nullable column with a UNIQUE index, or null. */
  readonly uniqueColumn: string | null;
  /** Columns that a plain update may set, and how a new value is made. */
  readonly values: Readonly<Record<string, (random: Random) => string | null>>;
  /** The base row that has this key; needed where rows stay that nobody writes. */
  readonly ordinalOf?: (key: string) => number;
  /** A counter: hot rows are only ever incremented here. */
  readonly counterColumn: string;
  baseRow(ordinal: number): LedgerRow;
  /** The key's identity in the model: two keys that the server takes for equal have the same text. */
  keyOf(row: LedgerRow): string;
  /** The key columns' values for an identity; `random` may choose another spelling that the server takes for equal. */
  keyParts(key: string, random?: Random): LedgerRow;
  /** Identities that `owner` may insert although they are not in the base fill, next to base row `ordinal`. */
  spareKeys(ordinal: number): readonly string[];
  /** An identity that nobody has used, null when only spare keys may be given (AUTO_INCREMENT would meet it). */
  freshKey(random: Random, owner: number, serial: number): string | null;
}

/** Between two base rows of an integer key are keys that only the owner of the upper one may insert. */
const integerKeyStep = 4;

const texts = [
  "it's",
  'back\\slash',
  '"quoted"',
  'naïve',
  '漢字',
  '🦊🦊',
  'percent % and _',
  ' trailing ',
  '',
  'line\nbreak',
  '--;#',
];

const someText = (random: Random) => `${random.pick(texts)}${random.hex(random.between(0, 16))}`;
const someAmount = (random: Random) =>
  random.chance(0.1)
    ? null
    : `${random.chance(0.3) ? '-' : ''}${random.between(1, 999_999)}.${random.between(100, 999)}`;
const someMoment = (random: Random) => {
  const two = (n: number) => String(n).padStart(2, '0');
  if (random.chance(0.1)) return null;
  const date = `${random.between(1971, 2037)}-${two(random.between(1, 12))}-${two(random.between(1, 28))}`;
  const time = `${two(random.below(24))}:${two(random.below(60))}:${two(random.below(60))}`;
  return `${date} ${time}.${String(random.below(1_000_000)).padStart(6, '0')}`;
};
const someBytes = (random: Random) => (random.chance(0.1) ? null : random.hex(2 * random.between(0, 20)).toUpperCase());

/** Columns that belong to no key, the same in every shape, and how a new value of each is made. */
export const values = { v: someText, amount: someAmount, moment: someMoment, raw: someBytes };

export const valueColumns: readonly LedgerColumn[] = [
  { name: 'v', kind: 'text' },
  { name: 'amount', kind: 'number' },
  { name: 'moment', kind: 'temporal' },
  { name: 'raw', kind: 'binary' },
  { name: 'n', kind: 'number' },
];

export const valueDefinitions = `v VARCHAR(80) NOT NULL, amount DECIMAL(12,3) NULL, moment DATETIME(6) NULL, raw VARBINARY(40) NULL,
  n INT NOT NULL DEFAULT 0`;

/** The value columns of base row `ordinal`, the same in every shape. */
function baseValues(ordinal: number): LedgerRow {
  const random = new Random(`base/${ordinal}`);
  return {
    v: someText(random),
    amount: someAmount(random),
    moment: someMoment(random),
    raw: someBytes(random),
    n: '0',
  };
}

const integerKeys = {
  keyOf: (row: LedgerRow) => row['id']!,
  keyParts: (key: string): LedgerRow => ({ id: key }),
  spareKeys: (ordinal: number) => {
    const id = (ordinal + 1) * integerKeyStep;
    return [String(id - 1), String(id - 2), String(-id)];
  },
  freshKey: () => null,
};

const autoIncrement: Shape = {
  name: 'auto-increment',
  definition: `(id INT NOT NULL AUTO_INCREMENT, ${valueDefinitions}, PRIMARY KEY (id), KEY by_v (v)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
  columns: [{ name: 'id', kind: 'number' }, ...valueColumns],
  keyColumns: ['id'],
  autoIncrement: true,
  uniqueColumn: null,
  counterColumn: 'n',
  values,
  baseRow: (ordinal) => ({ id: String((ordinal + 1) * integerKeyStep), ...baseValues(ordinal) }),
  ...integerKeys,
};

const secondaryUnique: Shape = {
  ...autoIncrement,
  name: 'secondary-unique',
  definition: `(id INT NOT NULL AUTO_INCREMENT, u VARCHAR(32) CHARACTER SET utf8mb4 NULL, ${valueDefinitions}, PRIMARY KEY (id), UNIQUE KEY only_u (u))
    ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
  columns: [{ name: 'id', kind: 'number' }, { name: 'u', kind: 'text' }, ...valueColumns],
  uniqueColumn: 'u',
  baseRow: (ordinal) => ({ id: String((ordinal + 1) * integerKeyStep), u: `base-${ordinal}`, ...baseValues(ordinal) }),
};

const composite: Shape = {
  name: 'composite',
  definition: `(region SMALLINT NOT NULL, code VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL, ${valueDefinitions},
    PRIMARY KEY (region, code)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
  columns: [{ name: 'region', kind: 'number' }, { name: 'code', kind: 'text' }, ...valueColumns],
  keyColumns: ['region', 'code'],
  autoIncrement: false,
  uniqueColumn: null,
  counterColumn: 'n',
  values,
  baseRow: (ordinal) => ({ region: String((ordinal % 7) - 3), code: `base-${ordinal}`, ...baseValues(ordinal) }),
  keyOf: (row) => `${row['region']}/${row['code']}`,
  keyParts: (key) => {
    const slash = key.indexOf('/');
    return { region: key.slice(0, slash), code: key.slice(slash + 1) };
  },
  spareKeys: () => [],
  freshKey: (random, owner, serial) =>
    `${random.between(-3, 3)}/${random.pick(['é', "o'", 'Ω', 'z', 'A', 'b'])}-${owner}-${serial}`,
};

/** A uuid for a name that is unique already; not RFC 4122, only its looks. */
const uuidOf = (name: string) => {
  const hex = new Random(`uuid/${name}`).hex(24);
  const serial = Buffer.from(name).toString('hex').slice(-8).padStart(8, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 24)}${serial}`;
};

const uuid: Shape = {
  name: 'uuid',
  definition: `(id VARCHAR(36) COLLATE utf8mb4_general_ci NOT NULL, ${valueDefinitions}, PRIMARY KEY (id)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
  columns: [{ name: 'id', kind: 'text' }, ...valueColumns],
  keyColumns: ['id'],
  autoIncrement: false,
  uniqueColumn: null,
  counterColumn: 'n',
  values,
  baseRow: (ordinal) => ({ id: uuidOf(`base-${ordinal}`), ...baseValues(ordinal) }),
  // general_ci takes upper and lower case for the same key.
  keyOf: (row) => row['id']!.toLowerCase(),
  keyParts: (key, random) => ({ id: random?.chance(0.3) === true ? key.toUpperCase() : key }),
  spareKeys: () => [],
  freshKey: (random, owner, serial) => uuidOf(`${random.seed}-${owner}-${serial}`),
};

/** The shapes in the order in which tables get them. */
export const shapes: readonly Shape[] = [autoIncrement, secondaryUnique, composite, uuid];

/** How many rows the shape `sysbench` has is up to the one who fills it: `SELECT … FROM seq_1_to_N` with these expressions. */
export const sysbenchFill = {
  columns: 'id, k, c, pad',
  select: (sequence: string) => {
    const mark = `CONCAT(LPAD(LOWER(HEX((seq * 2654435761) MOD 4294967296)), 8, '0'), '-')`;
    return `SELECT seq, (seq * 7919) MOD 1000003, REPEAT(${mark}, 13), REPEAT(${mark}, 6) FROM ${sequence}`;
  },
} as const;

/** The benchmark's table: rows 1..N, filled on the server by `sysbenchFill`. */
export const sysbench: Shape = {
  name: 'sysbench',
  definition: `(id INT NOT NULL AUTO_INCREMENT, k INT NOT NULL DEFAULT 0, c CHAR(120) NOT NULL DEFAULT '', pad CHAR(60) NOT NULL DEFAULT '',
    PRIMARY KEY (id), KEY k_1 (k)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
  columns: [
    { name: 'id', kind: 'number' },
    { name: 'k', kind: 'number' },
    { name: 'c', kind: 'text' },
    { name: 'pad', kind: 'text' },
  ],
  keyColumns: ['id'],
  autoIncrement: true,
  uniqueColumn: null,
  counterColumn: 'k',
  values: { c: (random) => random.hex(100), pad: (random) => random.hex(50) },
  baseRow: (ordinal) => {
    const id = ordinal + 1;
    const mark = `${((id * 2654435761) % 4294967296).toString(16).padStart(8, '0')}-`;
    return { id: String(id), k: String((id * 7919) % 1000003), c: mark.repeat(13), pad: mark.repeat(6) };
  },
  keyOf: (row) => row['id']!,
  ordinalOf: (key) => Number(key) - 1,
  keyParts: (key) => ({ id: key }),
  // No gaps: only a deleted key is free again.
  spareKeys: () => [],
  freshKey: () => null,
};
