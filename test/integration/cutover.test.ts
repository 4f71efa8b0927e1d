import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allCutoverSafeties, type CutoverOptions, type CutoverSafeties } from '../../src/cutover/contract.js';
import { cutover } from '../../src/cutover/cutover.js';
import { readOutcome } from '../../src/cutover/outcome.js';
import { Server } from '../../src/db/server.js';
import type { Session } from '../../src/db/session.js';
import { CounterService } from '../support/counter-service.js';
import { copyingSteps, createCounterTables } from '../support/cutover-tables.js';
import { startServer, type TestServer } from '../support/server.js';

/** How often each hand-over is run, and from which seed on; `CUTOVER_TABLES=1,100` asks for other sizes. */
const rounds = Number(process.env['CUTOVER_ROUNDS'] ?? '1');
const firstSeed = Number(process.env['CUTOVER_SEED'] ?? String(randomInt(2 ** 31)));
const sizes = (process.env['CUTOVER_TABLES'] ?? '1,5,20').split(',').map(Number);

/** How many hand-overs without one safety may pass before the ledger must have noticed. */
const mutationRounds = 10;

const options: CutoverOptions = {
  lockTimeoutMs: 1_000,
  deadlineMs: 10_000,
  attempts: 20,
  signal: new AbortController().signal,
};

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

/** One cutover of `count` tables in the middle of 16 writers, and what the ledger says of it. */
async function handOver(count: number, seed: number, safeties: CutoverSafeties) {
  const change = await createCounterTables(session, count);
  const sources = change.swapped.map((table) => table.source);
  const service = new CounterService(testServer, sources, seed);
  await service.start({ writers: 16, readers: 2 });
  await service.progress(300);
  service.mark();
  const report = await cutover(server, change, copyingSteps(server, change), options, safeties);
  // Who was stalled is counted once it has gone on.
  await service.progress(300);
  const longest = { writeMs: Math.round(service.longestWriteMs), readMs: Math.round(service.longestReadMs) };
  await service.stop();
  return {
    report,
    longest,
    errors: Object.fromEntries(service.errors),
    outcome: await readOutcome(session, change),
    ...(await service.audit(session)),
  };
}

describe.each(sizes)('%i tables under 16 writers', (count) => {
  test.each(Array.from({ length: rounds }, (_, round) => firstSeed + round))(
    'no write is lost, none appears twice (seed %i)',
    async (seed) => {
      const seen = await handOver(count, seed, allCutoverSafeties);
      console.log(`${count} tables, seed ${seed}: ${JSON.stringify(seen)}`);
      expect(seen).toMatchObject({ lost: 0, phantom: 0, outcome: 'swapped' });
    },
  );
});

describe('the ledger notices a missing safety', () => {
  test.each(['guards', 'probe', 'drain'] as const)('%s', async (missing) => {
    const wrong: number[] = [];
    for (let round = 0; round < mutationRounds && wrong.length === 0; round++) {
      const { lost, phantom } = await handOver(20, firstSeed + round, { ...allCutoverSafeties, [missing]: false });
      if (lost + phantom > 0) wrong.push(lost + phantom);
    }
    console.log(`without ${missing}, seed ${firstSeed}: ${wrong.join(', ')} increments wrong`);
    expect(wrong).not.toEqual([]);
  });
});
