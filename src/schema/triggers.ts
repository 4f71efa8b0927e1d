import { quoteId, quoteString } from '../db/quote.js';
import type { Row, Session } from '../db/session.js';
import { tokenize } from '../util/sql-tokens.js';
import { isWord } from '../util/sql-words.js';
import { quoteTable, type TableName } from './names.js';

/** A trigger with everything that its meaning depends on. */
export interface Trigger {
  /** Unique within its schema. */
  readonly name: string;
  readonly table: TableName;
  readonly timing: string;
  readonly event: string;
  /** What follows FOR EACH ROW, without FOLLOWS or PRECEDES. */
  readonly body: string;
  /** `user@host`, quoted as SQL. */
  readonly definer: string;
  readonly sqlMode: string;
  /** character_set_client and collation_connection of whoever made it. */
  readonly charset: string;
  readonly collation: string;
}

/** A schema's triggers, in the order in which those of one event and time are executed: made in this order, they have it again. */
export async function readTriggerDefinitions(session: Session, schema: string): Promise<Trigger[]> {
  const rows = await session.query(
    `SELECT TRIGGER_NAME name, EVENT_OBJECT_TABLE t, ACTION_TIMING timing, EVENT_MANIPULATION event, DEFINER definer,
       SQL_MODE mode, CHARACTER_SET_CLIENT charset, COLLATION_CONNECTION collation
     FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = ${quoteString(schema)}
     ORDER BY t, event, timing, ACTION_ORDER`,
  );
  const triggers: Trigger[] = [];
  for (const row of rows) {
    const name = text(row, 'name');
    const created = await session.queryOne(`SHOW CREATE TRIGGER ${quoteId(schema)}.${quoteId(name)}`);
    const sqlMode = row['mode'] ?? '';
    triggers.push({
      name,
      table: { schema, table: text(row, 't') },
      timing: text(row, 'timing'),
      event: text(row, 'event'),
      body: bodyOf(text(created, 'SQL Original Statement'), sqlMode),
      definer: definerSql(text(row, 'definer')),
      sqlMode,
      charset: text(row, 'charset'),
      collation: text(row, 'collation'),
    });
  }
  return triggers;
}

/** Client character sets in which a statement's text is what it is in utf8mb4. */
const unicode = new Set(['utf8', 'utf8mb3', 'utf8mb4']);

/** Whether the text can be sent as it was: ours is utf8mb4. */
export function canBeMadeAgain({ body, charset }: Trigger): boolean {
  return unicode.has(charset) || /^[\x00-\x7f]*$/.test(body);
}

/** The statements that make a trigger again on `table`, in a session that serves nothing else meanwhile. */
export function createTriggerSql(trigger: Trigger, table: TableName): readonly string[] {
  const { name, timing, event, body, definer, sqlMode, charset, collation } = trigger;
  return [
    `SET SESSION sql_mode = ${quoteString(sqlMode)}, character_set_client = ${charset}, collation_connection = ${collation}`,
    `CREATE DEFINER = ${definer} TRIGGER ${quoteId(table.schema)}.${quoteId(name)} ${timing} ${event} ON ${quoteTable(table)} FOR EACH ROW ${body}`,
  ];
}

/** The host is after the last @; a role has none. */
function definerSql(definer: string): string {
  const at = definer.lastIndexOf('@');
  if (at < 0) return quoteId(definer);
  const [user, host] = [definer.slice(0, at), definer.slice(at + 1)];
  return host === '' ? quoteId(user) : `${quoteId(user)}@${quoteId(host)}`;
}

/** The statement as it was written, after FOR EACH ROW. */
function bodyOf(createSql: string, sqlMode: string): string {
  const modes = sqlMode.split(',');
  const tokens = tokenize(createSql, {
    ansiQuotes: modes.includes('ANSI_QUOTES'),
    noBackslashEscapes: modes.includes('NO_BACKSLASH_ESCAPES'),
  });
  const at = tokens.findIndex(
    (token, i) => isWord(token, 'FOR') && isWord(tokens[i + 1], 'EACH') && isWord(tokens[i + 2], 'ROW'),
  );
  if (at < 0) throw new Error(`a trigger without FOR EACH ROW: ${createSql.slice(0, 200)}`);
  const next = tokens[at + 3];
  const placed = isWord(next, 'FOLLOWS', 'PRECEDES');
  return createSql.slice(tokens[placed ? at + 5 : at + 3]?.start ?? createSql.length);
}

function text(row: Row, column: string): string {
  const value = row[column];
  if (value === undefined || value === null) throw new Error(`the server returned no ${column}`);
  return value;
}
