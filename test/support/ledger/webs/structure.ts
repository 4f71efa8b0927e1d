import type { Client } from '../client.js';
import type { Web, WebForeignKey } from './web.js';

/** What is wrong with the schema's tables and foreign keys, in words. The engine's own readers are not used. */
export async function structureFaults(client: Client, schema: string, web: Web): Promise<string[]> {
  const expected = {
    tables: web.tables.map(({ name }) => name).sort(),
    foreignKeys: web.foreignKeys.map(textOf).sort(),
  };
  const tables = await client.query(
    `SELECT TABLE_NAME name FROM information_schema.TABLES WHERE TABLE_SCHEMA = '${schema}'`,
  );
  return [
    ...setFaults(
      'table',
      expected.tables,
      tables.map(({ name }) => name!),
    ),
    ...setFaults('foreign key', expected.foreignKeys, await foreignKeysOf(client, schema)),
    ...(await inDictionary(client, schema, web)),
    ...(await orphans(client, web)),
  ];
}

function setFaults(what: string, expected: readonly string[], actual: readonly string[]): string[] {
  return [
    ...expected.filter((item) => !actual.includes(item)).map((item) => `the ${what} ${item} is not there`),
    ...actual.filter((item) => !expected.includes(item)).map((item) => `a ${what} too many: ${item}`),
  ];
}

const textOf = ({ name, child, columns, parent, parentColumns, onDelete, onUpdate }: WebForeignKey) =>
  `${name}: ${child}(${columns.join(', ')}) -> ${parent}(${parentColumns.join(', ')}) ${onDelete}/${onUpdate}`;

/** As the SQL layer knows them; a parent in another schema is written with it. */
async function foreignKeysOf(client: Client, schema: string): Promise<string[]> {
  const found = await client.query(
    `SELECT r.CONSTRAINT_NAME name, r.TABLE_NAME child, r.DELETE_RULE onDelete, r.UPDATE_RULE onUpdate,
       GROUP_CONCAT(DISTINCT IF(k.REFERENCED_TABLE_SCHEMA = r.CONSTRAINT_SCHEMA, '', CONCAT(k.REFERENCED_TABLE_SCHEMA, '.')),
         k.REFERENCED_TABLE_NAME) parent,
       GROUP_CONCAT(k.COLUMN_NAME ORDER BY k.ORDINAL_POSITION SEPARATOR ', ') columns,
       GROUP_CONCAT(k.REFERENCED_COLUMN_NAME ORDER BY k.ORDINAL_POSITION SEPARATOR ', ') parentColumns
     FROM information_schema.REFERENTIAL_CONSTRAINTS r JOIN information_schema.KEY_COLUMN_USAGE k
       ON k.CONSTRAINT_SCHEMA = r.CONSTRAINT_SCHEMA AND k.CONSTRAINT_NAME = r.CONSTRAINT_NAME AND k.TABLE_NAME = r.TABLE_NAME
     WHERE r.CONSTRAINT_SCHEMA = '${schema}' GROUP BY r.CONSTRAINT_NAME, r.TABLE_NAME`,
  );
  return found.map(
    ({ name, child, columns, parent, parentColumns, onDelete, onUpdate }) =>
      `${name}: ${child}(${columns}) -> ${parent}(${parentColumns}) ${onDelete}/${onUpdate}`,
  );
}

/**
 * Foreign keys that InnoDB knows and that begin or end in the schema: one from a table elsewhere would act on the service's writes, too.
 * Those of an unfinished migration's shadow are its own business.
 */
async function inDictionary(client: Client, schema: string, web: Web): Promise<string[]> {
  const found = await client.query(
    `SELECT SUBSTRING_INDEX(ID, '/', -1) name, FOR_NAME child, REF_NAME parent FROM information_schema.INNODB_SYS_FOREIGN
     WHERE '${schema}' IN (SUBSTRING_INDEX(FOR_NAME, '/', 1), SUBSTRING_INDEX(REF_NAME, '/', 1))
       AND FOR_NAME NOT LIKE '%\\_\\_shadow/%'`,
  );
  return setFaults(
    "foreign key in InnoDB's dictionary",
    web.foreignKeys.map(({ name, child, parent }) => `${name}: ${schema}/${child} -> ${schema}/${parent}`),
    found.map(({ name, child, parent }) => `${name}: ${child} -> ${parent}`),
  );
}

async function orphans(client: Client, web: Web): Promise<string[]> {
  const faults: string[] = [];
  for (const { name, child, columns, parent, parentColumns } of web.foreignKeys) {
    const pairs = columns.map((column, index) => `p.${parentColumns[index]!} = c.${column}`).join(' AND ');
    const refers = columns.map((column) => `c.${column} IS NOT NULL`).join(' AND ');
    const [found] = await client.query(
      `SELECT COUNT(*) orphans FROM ${child} c WHERE ${refers} AND NOT EXISTS (SELECT 1 FROM ${parent} p WHERE ${pairs})`,
    );
    if (found!['orphans'] !== '0') faults.push(`${found!['orphans']} rows of ${child} have no parent: ${name}`);
  }
  return faults;
}
