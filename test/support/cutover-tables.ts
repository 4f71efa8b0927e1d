import { changeOf, type CutoverChange } from '../../src/cutover/change.js';
import type { CutoverSteps } from '../../src/cutover/contract.js';
import type { Server } from '../../src/db/server.js';
import type { Session } from '../../src/db/session.js';
import { quoteTable } from '../../src/schema/names.js';
import { rowsPerTable } from './counter-service.js';

const schemas = { source: 'app', shadow: 'app__shadow', retired: 'app__retired' };

/** The names of `count` tables of the counter service. */
export function counterTables(count: number): CutoverChange {
  return changeOf(
    Array.from({ length: count }, (_, i) => {
      const table = `t${String(i).padStart(3, '0')}`;
      return {
        source: { schema: schemas.source, table },
        shadow: { schema: schemas.shadow, table },
        retired: { schema: schemas.retired, table },
        target: { schema: schemas.source, table },
      };
    }),
  );
}

/** Makes them anew: sources with all counters at 0, and empty shadows, which have one column more. */
export async function createCounterTables(session: Session, count: number): Promise<CutoverChange> {
  for (const schema of Object.values(schemas)) await session.execute(`DROP DATABASE IF EXISTS ${schema}`);
  for (const schema of [schemas.source, schemas.shadow]) await session.execute(`CREATE DATABASE ${schema}`);
  const rows = Array.from({ length: rowsPerTable }, (_, id) => `(${id}, 0)`).join(', ');
  const change = counterTables(count);
  for (const { source, shadow } of change.swapped) {
    await session.execute(`CREATE TABLE ${quoteTable(source)} (id INT PRIMARY KEY, v BIGINT NOT NULL)`);
    await session.execute(
      `CREATE TABLE ${quoteTable(shadow)} (id INT PRIMARY KEY, v BIGINT NOT NULL, added INT NOT NULL DEFAULT 7)`,
    );
    await session.execute(`INSERT INTO ${quoteTable(source)} VALUES ${rows}`);
  }
  return change;
}

/** Steps whose drain copies the sources under the lock; a test replaces what it needs. */
export function copyingSteps(
  server: Server,
  change: CutoverChange,
  overrides: Partial<CutoverSteps> = {},
): CutoverSteps {
  return {
    async drain(locked) {
      await server.withSession('test drain', async (drain) => {
        for (const { source, shadow } of change.swapped) {
          await drain.execute(
            `REPLACE INTO ${quoteTable(shadow)} (id, v) SELECT id, v FROM ${quoteTable(source)} LOCK IN SHARE MODE`,
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
