import type { Server } from '../db/server.js';
import { ServerError } from '../db/server-error.js';
import type { Session } from '../db/session.js';
import { clausesOf } from './clauses.js';
import { isWord } from '../util/sql-words.js';
import type { AlterStatement } from './plan.js';
import { buildShadow, operatorSession, withScratchSchema } from './shadow.js';

/**
 * The statement in a form that the server refuses unless it can do it by changing metadata only. Dropping indexes is such a change too, but
 * goes by the name NOCOPY. Behind PARTITION BY there is no place for an algorithm: that becomes a syntax error, which is a refusal as well.
 */
export function metadataOnlySql(statement: AlterStatement): string {
  return `${statement.sql}, ALGORITHM=${dropsIndexesOnly(statement) ? 'NOCOPY' : 'INSTANT'}`;
}

function dropsIndexesOnly(statement: AlterStatement): boolean {
  return clausesOf(statement.sql).every(
    (clause) =>
      (isWord(clause[0], 'DROP') && isWord(clause[1], 'INDEX', 'KEY')) || isWord(clause[0], 'ALGORITHM', 'LOCK'),
  );
}

/**
 * Which tables the server could change without copying: every statement is tried in its metadata-only form on an empty copy in `schema`,
 * which is made and dropped here.
 */
export async function findInstantTables(
  server: Server,
  input: {
    readonly database: string;
    readonly schema: string;
    readonly statements: readonly AlterStatement[];
    readonly tables: readonly string[];
  },
): Promise<string[]> {
  const { database, schema, statements, tables } = input;
  if (tables.length === 0) return [];
  return withScratchSchema(server, schema, async () => {
    await buildShadow(server, { database, schema, statements: [], tables });
    const session = await operatorSession(server, schema);
    try {
      const refused = await refusedTables(session, statements);
      return tables.filter((table) => !refused.has(table));
    } finally {
      await session.close();
    }
  });
}

async function refusedTables(session: Session, statements: readonly AlterStatement[]): Promise<Set<string>> {
  const refused = new Set<string>();
  for (const statement of statements) {
    if (refused.has(statement.table)) continue;
    try {
      await session.execute(metadataOnlySql(statement));
    } catch (error) {
      if (!(error instanceof ServerError) || error.connectionLost) throw error;
      refused.add(statement.table);
    }
  }
  return refused;
}
