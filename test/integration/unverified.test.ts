import { expect, test } from 'vitest';
import { CascadeScene } from '../support/cascade-scene.js';

/** More was applied than may be remembered (I8): every row is compared again, so nothing becomes live unseen (I9). */

test('keys that were forgotten are found by a scan', async () => {
  await using scene = await CascadeScene.open({
    create: ['CREATE TABLE t (id INT PRIMARY KEY, v INT)', 'INSERT INTO t SELECT seq, 0 FROM seq_1_to_9000'],
    migrate: ['t'],
    maxBacklog: 1_000,
  });
  const { verifier } = scene.engine;
  await scene.copy();
  await scene.finish();
  await scene.verify();
  expect(verifier.needsScan).toBe(false);

  await scene.write('UPDATE t SET v = 1');
  await scene.heard();
  await scene.drain();
  expect(verifier.needsScan).toBe(true);
  expect(verifier.unverified).toBeLessThanOrEqual(1_000);

  await scene.write(`UPDATE ${scene.database.name}__shadow.t SET v = 2 WHERE id = 4711`);
  await scene.engine.settle();
  expect(verifier.needsScan).toBe(false);
  expect(scene.unexplained).toEqual(['t 4711']);
  await scene.verify();
  expect(await scene.differences()).toEqual([]);
});
