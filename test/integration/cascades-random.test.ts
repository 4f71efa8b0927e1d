import { expect, test } from 'vitest';
import { decodePending, encodePending } from '../../src/journal/pending-keys.js';
import { CascadeScene } from '../support/cascade-scene.js';
import { Random, seedFromEnvironment } from '../support/ledger/random.js';
import { fillRandomly, randomWeb, writeRandomly } from '../support/random-web.js';

/** Random webs of foreign keys, all actions, with writers that lock, roll back and take the same values again, during the copy and after it. */

const seed = seedFromEnvironment();
/** `npm run test:long` takes 200. */
const runs = Number(process.env['CASCADE_RUNS'] ?? '6');
const writers = 3;

test.each(Array.from({ length: runs }, (_, run) => ({ run })))(
  `web $run of seed ${seed} ends as its source`,
  async ({ run }) => {
    const random = new Random(`${seed}-${run}`);
    const web = randomWeb(random.fork('web'));
    const migrate = web.tables.map(({ name }) => name).filter(() => random.chance(0.6));
    await using scene = await CascadeScene.open({
      create: web.create,
      fill: (database) => fillRandomly(database, web, random.fork('rows')),
      migrate: migrate.length > 0 ? migrate : ['t1'],
    });
    const story = (): string =>
      [`seed ${seed}-${run}`, ...web.create, ...scene.plan.tables.map(({ table }) => `migrated ${table}`)].join('\n');
    const stop = new AbortController();
    let transactions = 0;
    let tell = (): void => undefined;
    const writing = Array.from({ length: writers }, (_, writer) =>
      writeRandomly(scene.database, web, random.fork(writer), stop.signal, () => {
        transactions += 1;
        tell();
      }),
    );
    const broken = Promise.all(writing);
    broken.catch(() => stop.abort());
    try {
      await scene.copy();
      if (random.chance(0.5)) {
        // The engine dies; the next one has what the last checkpoint had.
        const { pending, ...checkpoint } = scene.engine.checkpoint;
        await scene.stop();
        await scene.start({ ...checkpoint, pending: decodePending(encodePending(pending)) });
        await scene.copy();
      }
      await scene.engine.settle();
      await scene.engine.verifier.sweepOrphans(() => 2, scene.engine.signal, scene.engine.admit);
      await scene.engine.verifier.scan(() => 2, scene.engine.signal, scene.engine.admit);
      // What is applied from here on is only compared key by key.
      const enough = new AbortController();
      const limit = transactions + 300;
      tell = () => (transactions >= limit ? enough.abort() : undefined);
      await scene.engine.keepVerified(AbortSignal.any([enough.signal, stop.signal]));
    } finally {
      stop.abort();
      await broken;
    }
    await scene.drain();
    expect(await scene.differences(), story()).toEqual([]);
    expect(scene.unexplained, story()).toEqual([]);
    await scene.verify();
    expect(scene.unexplained, story()).toEqual([]);
  },
  60_000,
);
