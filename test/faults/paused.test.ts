import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { testDatabase } from '../support/database.js';
import { tideover } from '../support/ledger/engine.js';
import { seedFromEnvironment } from '../support/ledger/random.js';
import { runLedger, summaryOf } from '../support/ledger/run.js';
import { startServer } from '../support/server.js';
import { withOperator } from '../support/with-operator.js';

/** For the figure, an hour: PAUSED_MINUTES=60. */
const minutes = Number(process.env['PAUSED_MINUTES'] ?? 1);
const ms = minutes * 60_000;

test(
  `a run that is paused for ${minutes} min under writers loses nothing`,
  async () => {
    const server = await startServer();
    onTestFinished(() => server.stop());
    const { settings } = await testDatabase(server);
    const paused = (): Promise<void> =>
      withOperator(settings, async (operator) => {
        await operator.pause();
        await delay(ms);
        await operator.resume();
      });
    const result = await runLedger({
      settings,
      seed: seedFromEnvironment(),
      tables: 5,
      writers: 4,
      thinkMs: 100,
      migration: tideover({ beforeCutover: paused }),
    });
    console.log(summaryOf(result));
    if ('error' in result.migration) throw result.migration.error;
    expect(result.faults).toEqual([]);
    expect(result.migration.report).toMatchObject({ lostWrites: 0, rowsRepaired: 0 });
    expect(result.migration.report.durationMs).toBeGreaterThan(ms);
  },
  ms + 600_000,
);
