import type { Session } from '../db/session.js';
import type { TableName } from '../schema/names.js';
import { tokenize, type Token } from '../util/sql-tokens.js';

interface Grant {
  readonly privileges: ReadonlySet<string>;
  /** A pattern (`%`, `_`, `\_`), null for all schemas. */
  readonly schema: RegExp | null;
  /** Null for all tables. */
  readonly table: string | null;
}

/** The grants of the session's user, those of the active role among them. */
export async function ownGrants(session: Session): Promise<Grants> {
  const rows = await session.query('SHOW GRANTS');
  return new Grants(rows.flatMap((row) => Object.values(row).filter((line) => line !== null)));
}

/** What SHOW GRANTS says that a user may do. Grants on single columns or routines count for nothing. */
export class Grants {
  readonly #grants: readonly Grant[];

  constructor(lines: readonly string[]) {
    this.#grants = lines.map(parse).filter((grant) => grant !== null);
  }

  global(privilege: string): boolean {
    return this.#grants.some((grant) => grant.schema === null && has(grant, privilege));
  }

  onSchema(privilege: string, schema: string): boolean {
    return this.#grants.some((grant) => grant.table === null && covers(grant, schema) && has(grant, privilege));
  }

  onTable(privilege: string, name: TableName): boolean {
    return (
      this.onSchema(privilege, name.schema) ||
      this.#grants.some((grant) => grant.table === name.table && covers(grant, name.schema) && has(grant, privilege))
    );
  }
}

function has(grant: Grant, privilege: string): boolean {
  return grant.privileges.has(privilege) || grant.privileges.has('ALL PRIVILEGES');
}

function covers(grant: Grant, schema: string): boolean {
  return grant.schema === null || grant.schema.test(schema);
}

/** `` GRANT SELECT, INSERT ON `db\_%`.* TO … ``; null for grants of roles, of routines and of proxies. */
function parse(line: string): Grant | null {
  const tokens = tokenize(line);
  const onAt = tokens.findIndex((token) => token.kind === 'word' && token.text.toUpperCase() === 'ON');
  if (tokens[0]?.text.toUpperCase() !== 'GRANT' || onAt < 0) return null;
  const [schema, dot, table] = tokens.slice(onAt + 1, onAt + 4);
  if (!schema || dot?.text !== '.' || !table) return null;
  return {
    privileges: privilegesOf(tokens.slice(1, onAt)),
    schema: schema.text === '*' ? null : patternOf(table.kind === 'symbol' ? schema.text : literally(schema.text)),
    table: table.kind === 'symbol' ? null : table.text,
  };
}

/** Privileges with a column list, `SELECT (a)`, end with a symbol and match nothing. */
function privilegesOf(tokens: readonly Token[]): Set<string> {
  const joined = tokens.map((token) => (token.kind === 'symbol' && token.text !== ',' ? `(${token.text}` : token.text));
  return new Set(
    joined
      .join(' ')
      .split(',')
      .map((privilege) => privilege.trim().toUpperCase()),
  );
}

/** A grant on a table names its schema without wildcards. */
function literally(name: string): string {
  return name.replaceAll(/[%_]/g, '\\$&');
}

function patternOf(name: string): RegExp {
  const source = name.replaceAll(/\\[_%]|[%_]|[^%_\\]+|\\/g, (part) => {
    if (part === '%') return '.*';
    if (part === '_') return '.';
    return (part === '\\_' || part === '\\%' ? part.slice(1) : part).replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${source}$`, 's');
}
