import { afterAll, expect, test } from 'vitest';
import { Lanes } from '../support/faults/lanes.js';
import { resumeText, runResume, type Resumed } from '../support/faults/resume.js';
import { seedFromEnvironment } from '../support/ledger/random.js';

/** For the figure, 300 runs: RESUME_RUNS=300. */
const runs = Number(process.env['RESUME_RUNS'] ?? 20);
/** What a restart may repeat (issue: resume). */
const mostRepeatedS = 60;

const seed = seedFromEnvironment();
const lanes = new Lanes();
const resumed: Resumed[] = [];

afterAll(async () => {
  await lanes.stop();
  console.log(resumeText(resumed));
});

test.concurrent.each(Array.from({ length: runs }, (_, number) => `${seed}-${number}`))(
  'an engine is killed at a random moment, seed %s',
  async (ownSeed) => {
    const outcome = await lanes.on({}, (server) => runResume(server, ownSeed));
    resumed.push(outcome);
    console.log(resumeText([outcome]));
    expect(outcome.wrong).toEqual([]);
    expect(outcome.repeatedS).toBeLessThanOrEqual(mostRepeatedS);
  },
);
