import { afterEach, expect, test, vi } from 'vitest';
import { CascadeScene } from '../support/cascade-scene.js';

/** A difference counts when it is still there after the causes were followed; meanwhile others may make the row equal (I9). */

afterEach(() => vi.restoreAllMocks());

test('a row under repair that is equal at the second look is under repair no more', async () => {
  await using scene = await CascadeScene.open({
    create: ['CREATE TABLE t (id INT PRIMARY KEY, v INT)', 'INSERT INTO t VALUES (1, 0), (2, 0), (3, 0)'],
    migrate: ['t'],
  });
  const { verifier, rounds } = scene.engine;
  const shadowHas = (v: number): Promise<void> =>
    scene.write(`UPDATE ${scene.database.name}__shadow.t SET v = ${v} WHERE id = 2`);
  await scene.copy();
  await scene.finish();
  await scene.verify();

  await shadowHas(9);
  verifier.noteApplied(0, ['2']);
  await verifier.compareDirty();
  expect(scene.unexplained).toEqual(['t 2']);
  await scene.drain();

  await shadowHas(9);
  const follow = rounds.followCauses.bind(rounds);
  const looked = vi.spyOn(rounds, 'followCauses').mockImplementationOnce(async () => {
    await follow();
    await shadowHas(0);
  });
  await verifier.compareDirty();
  expect(looked).toHaveBeenCalledOnce();
  expect(scene.unexplained).toEqual(['t 2']);
  expect(verifier.unverified).toBe(0);
  expect(verifier.rowsRepaired).toBe(1);
  expect(await scene.differences()).toEqual([]);
});
