/**
 * `npm run bench:cutovers [-- --runs N --rate N]`: one cutover after the other behind the embedded buffer, with a service's clients at a steady rate
 * of requests. Nothing may fail, be lost or happen twice; what the clients notice is the longest request.
 */
import { parseArgs } from 'node:util';
import { migrateBehindBuffer, type BufferedOutcome } from '../examples/buffered.js';
import { testDatabase } from '../test/support/database.js';
import { startServer } from '../test/support/server.js';
import { announce, percentile, tableOf } from './output.js';

/** What a user is to notice at most, ms. */
const targetMs = 500;

const { values } = parseArgs({ options: { runs: { type: 'string' }, rate: { type: 'string' } } });
const runs = Number(values.runs ?? 100);
const rate = Number(values.rate ?? 200);

const outcomes: BufferedOutcome[] = [];
const server = await startServer({ durable: true });
try {
  for (let run = 1; run <= runs; run += 1) {
    const database = await testDatabase(server);
    try {
      outcomes.push(await migrateBehindBuffer(database.settings, { rate }));
    } finally {
      await database.drop();
    }
    if (run % 10 === 0) announce(`${run} of ${runs} cutovers`);
  }
} finally {
  await server.stop();
}

const sum = (of: (outcome: BufferedOutcome) => number): number => outcomes.reduce((total, each) => total + of(each), 0);
const longest = outcomes.map(({ traffic }) => traffic.longestMs);
console.log(
  tableOf({
    scenario: 'H3',
    title: `${runs} cutovers of a table of 20,000 rows at ${rate} requests/s through the buffer`,
    headings: ['', 'value'],
    rows: [
      ['requests answered', sum(({ traffic }) => traffic.answered)],
      ['of them held', sum(({ held }) => held)],
      ['failed', sum(({ traffic }) => Object.values(traffic.failed).reduce((total, count) => total + count, 0))],
      ['notes lost', sum(({ lost }) => lost)],
      ['notes that nobody made', sum(({ phantom }) => phantom)],
      ['longest request, median of the runs, ms', percentile(longest, 0.5)],
      ['longest request of all, ms', percentile(longest, 1)],
      [`runs within ${targetMs} ms`, longest.filter((ms) => ms <= targetMs).length],
    ],
    notes: ['a note that was created twice is a failed request: its number is taken'],
  }),
);
