import { TideoverError } from '../errors.js';
import type { Server } from '../db/server.js';
import type { Row, Session } from '../db/session.js';
import type { Plan, Refusal } from '../plan/plan.js';

/** What a rule gets to know. */
export interface PreflightContext {
  readonly server: Server;
  /** A session with the engine's settings. */
  readonly session: Session;
  readonly plan: Plan;
  /** An unfinished run of the same database is continued: what it made is there rightly, and its rows were judged before. */
  readonly resuming: boolean;
  /** How many connections the run will have open at a time at most; not judged when absent. */
  readonly connections?: number;
  /** How long a rule may read rows of one table for one question; 20 s when absent. Seconds. */
  readonly readLimitS?: number;
  /** Gets what the operator should know and that stops nothing; one line each. */
  readonly onWarning?: (warning: string) => void;
}

/** One rule: everything that it refuses, nothing when all is well. */
export type Check = (context: PreflightContext) => Promise<readonly Refusal[]>;

/** A refusal that concerns the server or the database. */
export function serverRefusal(code: string, message: string, remedy: string): Refusal {
  return { code, table: null, message, remedy };
}

/** Names of all tables of the project database that the change is about, also of those that have no mapping. */
export function plannedTables(plan: Plan): string[] {
  return [
    ...new Set([
      ...plan.statements.map(({ table }) => table),
      ...plan.tables.map(({ table }) => table),
      ...plan.moves.filter(({ kind }) => kind !== 'created').map(({ table }) => table),
    ]),
  ];
}

/** Names that get a new table: those of the sources, and those that come. */
export function newNames(plan: Plan): string[] {
  return [
    ...plan.tables.map(({ shadow }) => shadow.name.table),
    ...plan.moves.filter(({ kind }) => kind !== 'dropped').map(({ table }) => table),
  ];
}

/** A server variable's text; null when this server has no such variable. */
export async function variable(session: Session, name: string): Promise<string | null> {
  const [row] = await session.query(`SHOW GLOBAL VARIABLES LIKE '${name}'`);
  return row?.['Value'] ?? null;
}

/** A column of a row that the statement is known to return. */
export function field(row: Row, name: string): string {
  const value = row[name];
  if (value === undefined || value === null)
    throw new TideoverError('internal-error', `no ${name} in the server's answer`);
  return value;
}
