import { afterAll, expect, test } from 'vitest';
import { endsText, nameOf, runCombination, type Outcome } from '../support/faults/combination.js';
import { Lanes } from '../support/faults/lanes.js';
import { askedCombinations, tableOf } from '../support/faults/matrix.js';
import { seedFromEnvironment } from '../support/ledger/random.js';

const seed = seedFromEnvironment();
const lanes = new Lanes();
const outcomes: Outcome[] = [];

afterAll(async () => {
  await lanes.stop();
  console.log(tableOf(outcomes));
});

test.concurrent.each(askedCombinations().map((combination) => ({ combination, name: nameOf(combination) })))(
  '$name',
  async ({ combination, name }) => {
    const outcome = await lanes.on(combination.fault, (server) => runCombination(server, combination, seed));
    outcomes.push(outcome);
    console.log(`${name}: ${endsText(outcome.ends)} in ${Math.round(outcome.durationMs)} ms`);
    expect(outcome.wrong, `FAULT=${name} LEDGER_SEED=${seed} npm run test:faults`).toEqual([]);
  },
);
