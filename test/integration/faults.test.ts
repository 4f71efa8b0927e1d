import { afterAll, expect, test } from 'vitest';
import { endsText, nameOf, runCombination } from '../support/faults/combination.js';
import { Lanes } from '../support/faults/lanes.js';
import { askedCombinations, sampleOf } from '../support/faults/matrix.js';
import { Random } from '../support/ledger/random.js';

/** Of several hundred, which `npm run test:faults` brings about all. */
const sampleSize = 4;

/** What one run of them all has found, one of each kind. */
const foundOnce = [
  'run-recorded:preparing-killed',
  'cutover:locked:carrying-counters-over-killed',
  'settled:server-killed',
] as const;

/** FAULT_SEED takes another sample. */
const seed = process.env['FAULT_SEED'] ?? '1';
const lanes = new Lanes();
afterAll(() => lanes.stop());

const sample = sampleOf(sampleSize, new Random(seed).fork('faults'));
const chosen = new Set([...askedCombinations(foundOnce.join(',')), ...sample]);

test.concurrent.each([...chosen].map((combination) => ({ combination, name: nameOf(combination) })))(
  'a run that meets $name ends as it must',
  async ({ combination, name }) => {
    const { ends, wrong } = await lanes.on(combination.fault, (server) => runCombination(server, combination, seed));
    console.log(`${name}, seed ${seed}: ${endsText(ends)}`);
    expect(wrong, `FAULT=${name} LEDGER_SEED=${seed} npm run test:faults`).toEqual([]);
  },
);
