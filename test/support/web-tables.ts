import type { CutoverChange, TableChange } from '../../src/cutover/change.js';
import type { CutoverSteps } from '../../src/cutover/contract.js';
import { wholeChange } from '../../src/cutover/web.js';
import type { Server } from '../../src/db/server.js';
import type { Session } from '../../src/db/session.js';
import {
  foreignKeySql,
  readForeignKeys,
  type ForeignKey,
  type ReferentialAction,
} from '../../src/schema/foreign-keys.js';
import { passingNameOf, quoteTable, type TableName } from '../../src/schema/names.js';
import { readTriggerDefinitions } from '../../src/schema/triggers.js';
import { rowsPerTable } from './counter-service.js';

/** What a foreign key refers to: the parent's primary key, its unique key `u`, or both together. */
export type KeyShape = 'primary' | 'unique' | 'composite';

export interface WebKey {
  /** Unique in the web. */
  readonly name: string;
  readonly child: string;
  readonly parent: string;
  readonly shape: KeyShape;
  readonly onDelete: ReferentialAction;
}

export interface Web {
  readonly swapped: readonly string[];
  readonly stays: readonly string[];
  readonly keys: readonly WebKey[];
  /** Of the change, beside the service's tables. */
  readonly created?: readonly string[];
  readonly dropped?: readonly string[];
  /** Run inside the source schema when the tables are made: for triggers and what they write to. */
  readonly statements?: readonly string[];
  /** Keys that only the new tables have, by name; they are among `keys`, too. */
  readonly added?: readonly string[];
}

export const webSchemas = { source: 'app', shadow: 'app__shadow', retired: 'app__retired' };
const inApp = (table: string): TableName => ({ schema: webSchemas.source, table });
const inShadow = (table: string): TableName => ({ schema: webSchemas.shadow, table });
const inRetired = (table: string): TableName => ({ schema: webSchemas.retired, table });

/** The columns of a child's row that refer to the parent's row, and what they hold when it is row `id`: `u` is the negative of `id`. */
export function columnsOf({ name, shape }: WebKey): readonly { readonly column: string; readonly of: 'id' | 'u' }[] {
  if (shape === 'primary') return [{ column: name, of: 'id' }];
  if (shape === 'unique') return [{ column: name, of: 'u' }];
  return [
    { column: name, of: 'id' },
    { column: `${name}_u`, of: 'u' },
  ];
}

/** Makes the web anew: the sources with rows 0 to 49 that nobody deletes, and empty shadows, which have one column more. */
export async function createWeb(session: Session, web: Web): Promise<CutoverChange> {
  await session.execute('SET SESSION foreign_key_checks = 0');
  for (const schema of Object.values(webSchemas)) await session.execute(`DROP DATABASE IF EXISTS ${schema}`);
  for (const schema of [webSchemas.source, webSchemas.shadow]) await session.execute(`CREATE DATABASE ${schema}`);
  const rows = Array.from({ length: rowsPerTable }, (_, id) => `(${id}, ${-id}, 0)`).join(', ');
  for (const table of [...web.swapped, ...web.stays, ...(web.dropped ?? [])]) {
    await session.execute(createSql(inApp(table), web, inApp, ''));
    await session.execute(`INSERT INTO ${quoteTable(inApp(table))} (id, u, v) VALUES ${rows}`);
  }
  const isNew = (table: string): boolean => [...web.swapped, ...(web.created ?? [])].includes(table);
  const parentOf = (table: string): TableName => (isNew(table) ? inShadow(table) : passingNameOf(inApp(table)));
  for (const table of [...web.swapped, ...(web.created ?? [])])
    await session.execute(createSql(inShadow(table), web, parentOf, 'added INT NOT NULL DEFAULT 7, '));
  await session.execute('USE app');
  for (const sql of web.statements ?? []) await session.execute(sql);
  await session.execute('SET SESSION foreign_key_checks = 1');
  return await changeOfWeb(session, web);
}

function createSql(name: TableName, web: Web, parentOf: (table: string) => TableName, more: string): string {
  const isShadow = name.schema === webSchemas.shadow;
  const own = web.keys.filter(
    (key) => key.child === name.table && (isShadow || !(web.added?.includes(key.name) ?? false)),
  );
  const columns = web.keys
    .filter((key) => key.child === name.table)
    .flatMap((key) => columnsOf(key).map(({ column }) => `${column} INT NULL, `));
  const constraints = own.map((key) => `, ${foreignKeySql(foreignKeyOf(key, name, parentOf(key.parent)))}`);
  return (
    `CREATE TABLE ${quoteTable(name)} (id INT PRIMARY KEY, u INT NOT NULL UNIQUE, v BIGINT NOT NULL, ${columns.join('')}${more}` +
    `UNIQUE KEY both_columns (id, u)${constraints.join('')})`
  );
}

function foreignKeyOf(key: WebKey, child: TableName, parent: TableName): ForeignKey {
  const columns = columnsOf(key);
  return {
    name: key.name,
    child,
    columns: columns.map(({ column }) => column),
    parent,
    parentColumns: columns.map(({ of }) => of),
    onDelete: key.onDelete,
    onUpdate: 'RESTRICT',
  };
}

/** The change that the web's tables, as they are on the server, are to go through. */
export async function changeOfWeb(session: Session, web: Web): Promise<CutoverChange> {
  const own = await readForeignKeys(session, webSchemas.source);
  const keys = [...own, ...(await readForeignKeys(session, webSchemas.shadow))];
  const leaving = [...web.swapped, ...(web.dropped ?? [])];
  const isIn = ({ schema, table }: TableName, tables: readonly string[]): boolean =>
    schema === webSchemas.source && tables.includes(table);
  const change: TableChange = {
    swapped: web.swapped.map((table) => ({
      source: inApp(table),
      shadow: inShadow(table),
      retired: inRetired(table),
      target: inApp(table),
    })),
    created: (web.created ?? []).map((table) => ({ shadow: inShadow(table), target: inApp(table) })),
    dropped: (web.dropped ?? []).map((table) => ({ source: inApp(table), retired: inRetired(table) })),
    attached: web.stays
      .map(inApp)
      .filter((parent) => keys.some((key) => quoteTable(key.parent) === quoteTable(passingNameOf(parent)))),
    repointed: own.filter(({ child, parent }) => isIn(child, web.stays) && isIn(parent, leaving)),
    detached: own.filter(({ child, parent }) => isIn(child, leaving) && isIn(parent, web.stays)),
    added: [],
    triggers: (await readTriggerDefinitions(session, webSchemas.source))
      .filter(({ table }) => isIn(table, leaving))
      .map((trigger) => ({
        trigger,
        source: trigger.table,
        target: isIn(trigger.table, web.swapped) ? trigger.table : null,
      })),
  };
  return wholeChange(change, [], keys);
}

/** Steps whose drain copies the sources under the lock; a test replaces what it needs. */
export function copyingWeb(server: Server, web: Web, overrides: Partial<CutoverSteps> = {}): CutoverSteps {
  return {
    async drain(locked) {
      await server.withSession('test drain', async (drain) => {
        for (const table of web.swapped) {
          const columns = [
            'id',
            'u',
            'v',
            ...web.keys
              .filter(({ child }) => child === table)
              .flatMap((key) => columnsOf(key).map(({ column }) => column)),
          ].join(', ');
          await drain.execute(`DELETE FROM ${quoteTable(inShadow(table))}`);
          await drain.execute(
            `INSERT INTO ${quoteTable(inShadow(table))} (${columns}) SELECT ${columns} FROM ${quoteTable(inApp(table))} LOCK IN SHARE MODE`,
          );
        }
      });
      return { position: locked.position };
    },
    recordIntent: () => Promise.resolve(),
    clearIntent: () => Promise.resolve(),
    attempted: () => undefined,
    failed: () => undefined,
    ...overrides,
  };
}

/** Every constraint of the web that does not hold, or is not what the web says, one line each. */
export async function violations(session: Session, web: Web): Promise<string[]> {
  const lines: string[] = [];
  const wanted = web.keys
    .filter(({ child }) => !(web.dropped ?? []).includes(child))
    .map((key) => foreignKeyOf(key, inApp(key.child), inApp(key.parent)));
  const found = await readForeignKeys(session, webSchemas.source);
  const form = (key: ForeignKey): string => `${quoteTable(key.child)} ${foreignKeySql(key)}`;
  const [want, have] = [wanted.map(form).sort(), found.map(form).sort()];
  lines.push(...want.filter((line) => !have.includes(line)).map((line) => `missing: ${line}`));
  lines.push(...have.filter((line) => !want.includes(line)).map((line) => `not wanted: ${line}`));
  for (const key of wanted) {
    const present = key.columns.map((column) => `c.${column} IS NOT NULL`).join(' AND ');
    const same = key.columns.map((column, i) => `c.${column} = p.${key.parentColumns[i]!}`).join(' AND ');
    const { n } = await session.queryOne(
      `SELECT COUNT(*) n FROM ${quoteTable(key.child)} c WHERE ${present} AND NOT EXISTS (SELECT 1 FROM ${quoteTable(key.parent)} p WHERE ${same})`,
    );
    if (n !== '0') lines.push(`${n} orphans: ${form(key)}`);
  }
  return lines;
}
