import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CutoverOptions, CutoverSteps, SwapTable } from '../../src/cutover/contract.js';
import { cutover } from '../../src/cutover/cutover.js';
import { readOutcome } from '../../src/cutover/outcome.js';
import { Server } from '../../src/db/server.js';
import type { Session } from '../../src/db/session.js';
import { quoteTable } from '../../src/schema/names.js';
import { CounterService, rowsPerTable } from '../support/counter-service.js';
import { startServer, type TestServer } from '../support/server.js';

/** How often each hand-over is run, and from which seed on. */
const rounds = Number(process.env['CUTOVER_ROUNDS'] ?? '1');
const firstSeed = Number(process.env['CUTOVER_SEED'] ?? String(randomInt(2 ** 31)));

const defaults = {
  lockTimeoutMs: 200,
  deadlineMs: 5_000,
  attempts: 20,
  signal: new AbortController().signal,
} satisfies CutoverOptions;

let testServer: TestServer;
let server: Server;
let session: Session;

beforeAll(async () => {
  testServer = await startServer();
  server = new Server(testServer.settings(''));
  session = await testServer.connect();
});

afterAll(async () => {
  await session.close();
  await testServer.stop();
});

/** `count` sources with their shadows, which have one column more. */
async function createTables(count: number): Promise<readonly SwapTable[]> {
  for (const schema of ['app', 'app__shadow', 'app__retired'])
    await session.execute(`DROP DATABASE IF EXISTS ${schema}`);
  for (const schema of ['app', 'app__shadow']) await session.execute(`CREATE DATABASE ${schema}`);
  const tables: SwapTable[] = [];
  const rows = Array.from({ length: rowsPerTable }, (_, id) => `(${id}, 0)`).join(', ');
  for (let i = 0; i < count; i++) {
    const table = `t${String(i).padStart(3, '0')}`;
    const names = {
      source: { schema: 'app', table },
      shadow: { schema: 'app__shadow', table },
      retired: { schema: 'app__retired', table },
    };
    await session.execute(`CREATE TABLE ${quoteTable(names.source)} (id INT PRIMARY KEY, v BIGINT NOT NULL)`);
    await session.execute(
      `CREATE TABLE ${quoteTable(names.shadow)} (id INT PRIMARY KEY, v BIGINT NOT NULL, added INT NOT NULL DEFAULT 7)`,
    );
    await session.execute(`INSERT INTO ${quoteTable(names.source)} VALUES ${rows}`);
    tables.push(names);
  }
  return tables;
}

/** Steps whose drain copies the sources under the lock; tests replace what they need. */
function stepsFor(tables: readonly SwapTable[], overrides: Partial<CutoverSteps> = {}): CutoverSteps {
  return {
    async drain(locked) {
      await server.withSession('test drain', async (drain) => {
        for (const { source, shadow } of tables) {
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

describe.each([1, 5, 20])('%i tables under 16 writers', (count) => {
  test.each(Array.from({ length: rounds }, (_, round) => firstSeed + round))(
    'no write is lost, none appears twice (seed %i)',
    async (seed) => {
      const tables = await createTables(count);
      const service = new CounterService(
        testServer,
        tables.map((table) => table.source),
        seed,
      );
      await service.start({ writers: 16, readers: 2 });
      await service.progress(500);
      service.mark();
      const report = await cutover(server, tables, stepsFor(tables), defaults);
      // Who was stalled is counted once it has gone on.
      await service.progress(500);
      const longest = { writeMs: Math.round(service.longestWriteMs), readMs: Math.round(service.longestReadMs) };
      await service.stop();
      console.log(
        `${count} tables, seed ${seed}:`,
        JSON.stringify({ ...report, longest, errors: Object.fromEntries(service.errors) }),
      );
      expect(await service.audit(session)).toEqual({ lost: 0, phantom: 0 });
      expect(await readOutcome(session, tables)).toBe('swapped');
    },
  );
});
