import { afterAll, expect, test } from 'vitest';
import { outcomes, readCorpus, type Case } from '../support/cases/corpus.js';
import { runCase, type Observed } from '../support/cases/run-case.js';
import { Random } from '../support/ledger/random.js';

/**
 * The corpus (test/cases/README.md). `npm run test:cases` runs all of it, `npm test` a sample: CASES_SEED says which.
 */
const all = process.env['TIDEOVER_CASES'] === 'all';
const seed = process.env['CASES_SEED'] ?? String(Math.floor(Math.random() * 2 ** 31));
const sampleSize = 24;

const cases = all ? readCorpus() : sampleOf(readCorpus());

function sampleOf(corpus: readonly Case[]): Case[] {
  const random = new Random(seed);
  const drawn = corpus
    .filter(({ expected }) => expected.slow !== true)
    .map((one) => ({ one, lot: random.fork(one.name).next() }))
    .sort((a, b) => a.lot - b.lot);
  return drawn.slice(0, sampleSize).map(({ one }) => one);
}

const observed = new Map<string, Observed>();

test.concurrent.each(cases)(`$name${all ? '' : ` (CASES_SEED=${seed})`}`, { timeout: 300_000 }, async (one) => {
  const { outcome, code } = one.expected;
  const found = await runCase(one);
  observed.set(one.name, found);
  expect({ ...found, reason: '' }, found.reason).toEqual({
    outcome,
    codes: code === undefined ? [] : [code].flat().sort(),
    reason: '',
  });
});

afterAll(() => {
  const counts = outcomes.map(
    (outcome) => `${[...observed.values()].filter((one) => one.outcome === outcome).length} ${outcome}`,
  );
  const refusals = [...observed]
    .filter(([, { outcome }]) => outcome !== 'migrated')
    .map(([name, { outcome, codes, reason }]) => `  ${name}: ${outcome}, ${codes.join(' ')}: ${reason}`)
    .sort();
  console.log([`${observed.size} cases: ${counts.join(', ')}`, ...refusals].join('\n'));
});
