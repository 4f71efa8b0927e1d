import { quoteString } from '../db/quote.js';
import type { Row, Session } from '../db/session.js';
import { quoteTable, type TableName } from '../schema/names.js';
import { StoredSql } from './dependents.js';
import { field } from './context.js';

/** A routine, an event, or a trigger: SQL that the server keeps as text and reads when it runs. */
export interface StoredProgram {
  /** `` procedure `shop`.`close_day` `` */
  readonly what: string;
  /** Bare names in it mean this schema. */
  readonly schema: string;
  /** `user@host` */
  readonly definer: string;
  /** It runs with its definer's rights. */
  readonly asDefiner: boolean;
  readonly body: StoredSql;
  /** The table that a trigger belongs to; null for the others. */
  readonly triggersOn: TableName | null;
}

const serverSchemas = ['mysql', 'sys', 'information_schema', 'performance_schema'].map((name) => quoteString(name));

/** All that the user may see, of every schema but the server's own. */
export async function readStoredPrograms(session: Session): Promise<StoredProgram[]> {
  const elsewhere = (column: string): string => `${column} NOT IN (${serverSchemas.join(', ')})`;
  const routines = await session.query(
    `SELECT LOWER(ROUTINE_TYPE) kind, ROUTINE_SCHEMA s, ROUTINE_NAME n, ROUTINE_DEFINITION body, DEFINER definer, SECURITY_TYPE security,
       SQL_MODE mode FROM information_schema.ROUTINES WHERE ${elsewhere('ROUTINE_SCHEMA')} ORDER BY 2, 3`,
  );
  const events = await session.query(
    `SELECT 'event' kind, EVENT_SCHEMA s, EVENT_NAME n, EVENT_DEFINITION body, DEFINER definer, 'DEFINER' security, SQL_MODE mode
     FROM information_schema.EVENTS WHERE ${elsewhere('EVENT_SCHEMA')} ORDER BY 2, 3`,
  );
  const triggers = await session.query(
    `SELECT 'trigger' kind, TRIGGER_SCHEMA s, TRIGGER_NAME n, ACTION_STATEMENT body, DEFINER definer, 'DEFINER' security, SQL_MODE mode,
       EVENT_OBJECT_TABLE t FROM information_schema.TRIGGERS WHERE ${elsewhere('TRIGGER_SCHEMA')} ORDER BY 2, 3`,
  );
  return [...routines, ...events, ...triggers].map(programOf);
}

function programOf(row: Row): StoredProgram {
  const schema = field(row, 's');
  const mode = row['mode'] ?? '';
  const on = row['t'];
  return {
    what: `${field(row, 'kind')} ${quoteTable({ schema, table: field(row, 'n') })}`,
    schema,
    definer: field(row, 'definer'),
    asDefiner: row['security'] !== 'INVOKER',
    body: new StoredSql(row['body'] ?? '', {
      ansiQuotes: mode.includes('ANSI_QUOTES'),
      noBackslashEscapes: mode.includes('NO_BACKSLASH_ESCAPES'),
    }),
    triggersOn: on === undefined || on === null ? null : { schema, table: on },
  };
}
