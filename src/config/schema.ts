import type { HookEvent } from '../migration/events.js';
import {
  numberOptions,
  textOptions,
  type NumberOption,
  type OptionSection,
  type TextOption,
} from '../migration/options.js';

/**
 * The config file's structure, in the words of JSON Schema (draft 7) that `validate` understands. The published `tideover.schema.json` is this
 * value as text, so what editors say of a file and what the program says of it come from one place.
 */
export type Schema = ObjectSchema | ListSchema | TextSchema | IntegerSchema | BooleanSchema;

interface Described {
  readonly description?: string;
}

export interface ObjectSchema extends Described {
  readonly type: 'object';
  readonly properties?: Readonly<Record<string, Schema>>;
  /** False: no other keys; else keys are names that the operator gives, each with such a value. */
  readonly additionalProperties: false | Schema;
  readonly minProperties?: 1;
  readonly maxProperties?: 1;
  /** Pairs of keys that exclude each other. */
  readonly allOf?: readonly { readonly not: { readonly required: readonly [string, string] } }[];
  /** A key, and those that must be there with it. */
  readonly dependencies?: Readonly<Record<string, readonly string[]>>;
  /** It stands for a secret: what is found in its place is never shown. */
  readonly writeOnly?: true;
}

export interface ListSchema extends Described {
  readonly type: 'array';
  readonly items: Schema;
  readonly minItems: 1;
}

export interface TextSchema extends Described {
  readonly type: 'string';
  readonly enum?: readonly string[];
  readonly minLength?: 1;
  readonly pattern?: string;
}

export interface IntegerSchema extends Described {
  readonly type: 'integer';
  readonly minimum: number;
  readonly maximum: number;
  readonly default?: number;
}

export interface BooleanSchema extends Described {
  readonly type: 'boolean';
}

const text = (description?: string): TextSchema => ({
  ...(description === undefined ? {} : { description }),
  type: 'string',
  minLength: 1,
});
const texts = (description: string): ListSchema => ({ description, type: 'array', items: text(), minItems: 1 });
const flag = (description: string): BooleanSchema => ({ description, type: 'boolean' });
const section = (description: string, properties: Readonly<Record<string, Schema>>): ObjectSchema => ({
  description,
  type: 'object',
  properties,
  additionalProperties: false,
});
/** Keys are names of tables, columns, …: any. */
const named = (description: string, value: Schema): ObjectSchema => ({
  description,
  type: 'object',
  additionalProperties: value,
  minProperties: 1,
});

/** Every two of these exclude each other. */
function exclusive(...keys: readonly string[]): NonNullable<ObjectSchema['allOf']> {
  return keys.flatMap((a, i) => keys.slice(i + 1).map((b) => ({ not: { required: [a, b] as const } })));
}

function numbers(where: OptionSection): Record<string, IntegerSchema> {
  const own = Object.entries<NumberOption>(numberOptions).filter(([, option]) => option.section === where);
  return Object.fromEntries(
    own.map(([name, { unit, help, min, max, default: byDefault }]) => [
      name,
      { description: `${help} (${unit})`, type: 'integer', minimum: min, maximum: max, default: byDefault },
    ]),
  );
}

function throttleTexts(): Record<string, TextSchema> {
  const own = Object.entries<TextOption>(textOptions);
  return Object.fromEntries(own.map(([name, { help, value }]) => [name, text(`${help} (${value})`)]));
}

const connection: ObjectSchema = {
  ...section('The server and the project database. --dsn and TIDEOVER_DSN replace all of it.', {
    host: text('host name or address; 127.0.0.1 when neither this nor the defaults file says it'),
    port: { type: 'integer', minimum: 1, maximum: 65_535, default: 3306 },
    socket: text('path of a unix socket, instead of host and port'),
    user: text('the account of the engine'),
    database: text('the project database'),
    password: {
      ...section('Where the password is; never the password itself.', {
        env: { ...text('name of the environment variable that has it'), pattern: '^[A-Za-z_][A-Za-z0-9_]*$' },
        file: text('file that has it on its only line'),
      }),
      minProperties: 1,
      maxProperties: 1,
      writeOnly: true,
    },
    defaultsFile: text('option file whose [client] section says what is not said here'),
  }),
  allOf: [...exclusive('socket', 'host'), ...exclusive('socket', 'port')],
};

const source: ObjectSchema = {
  ...section('The change: alter, files, knex or command. Flags that name a change replace all of it.', {
    alter: texts('whole ALTER TABLE statements; with table, what follows the table’s name'),
    table: text('the table of alter'),
    files: texts('SQL files'),
    knex: text('directory of knex migrations'),
    command: text('the service’s own migration command, run against the shadow'),
    versionTables: texts('tables in which the migration tool keeps its state'),
    renameTables: named('tables that the change renames: old name, new name', text()),
    renames: named('columns that it renames, by table: old name, new name', named('old name: new name', text())),
    map: named(
      'how columns of the new tables are filled, by table: an SQL expression over the old row',
      named('column: expression', text()),
    ),
    acceptDataSteps: texts('steps of the migration that change rows and may be left out, by name'),
  }),
  allOf: exclusive('alter', 'files', 'knex', 'command'),
  dependencies: { table: ['alter'] },
};

const hookHelp: Readonly<Record<HookEvent, string>> = {
  'before-copy': 'the shadow is built and the tail is listening',
  'before-cutover': 'everything is copied and compared; the next step is the cutover',
  switched: 'inside the hold: the new tables are live and the requests still wait; changes the service’s code',
  'after-cutover': 'the new tables are live',
  failed: 'the run stopped with an error, or was interrupted',
};

export const configSchema: ObjectSchema = section('tideover.yaml: one migration of one project database', {
  connection,
  source,
  copy: section('Copying, following and comparing.', {
    ...numbers('copy'),
    indexes: {
      description: 'when plain secondary indexes are built',
      type: 'string',
      enum: ['after-copy', 'while-copying'],
    },
    instant: flag('let the server change its metadata only, where it can'),
    tailFrom: { description: 'a replica to read the binlog from; refused, with the reason', type: 'string' },
  }),
  cutover: section('The moment in which the new tables go live.', {
    ...numbers('cutover'),
    postponeCutover: flag('stop when ready and wait for "tideover cutover"'),
    dropRetired: flag('drop the old tables after the cutover'),
  }),
  throttle: section('When copying has to wait.', {
    replicas: texts(
      'replicas whose lag counts, as mariadb://user@host:port; their password is in TIDEOVER_REPLICA_PASSWORD',
    ),
    ...numbers('throttle'),
    ...throttleTexts(),
  }),
  hold: section('How the service’s requests are held during the cutover.', {
    buffers: texts('what holds them, as --buffer takes it, in the order in which they are held'),
    ...numbers('hold'),
  }),
  hooks: section(
    'Commands to run at events, in order.',
    Object.fromEntries(Object.entries(hookHelp).map(([event, help]) => [event, texts(help)])),
  ),
});

/** The published file's text. */
export function schemaText(): string {
  return `${JSON.stringify({ $schema: 'http://json-schema.org/draft-07/schema#', title: 'tideover.yaml', ...configSchema }, null, 2)}\n`;
}
