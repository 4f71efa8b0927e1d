import { describe, expect, it } from 'vitest';
import { Turns } from '../../../src/delta/turns.js';

/** Work that runs until it is told to end. */
function job(): { work: () => Promise<void>; started: () => boolean; end: () => void } {
  let started = false;
  let end!: () => void;
  const ended = new Promise<void>((resolve) => (end = resolve));
  return {
    work: () => {
      started = true;
      return ended;
    },
    started: () => started,
    end,
  };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('Turns', () => {
  it('lets chunks run side by side', async () => {
    const turns = new Turns();
    const [a, b] = [job(), job()];
    const all = [turns.take('copy', a.work), turns.take('copy', b.work)];
    await settled();
    expect([a.started(), b.started()]).toEqual([true, true]);
    a.end();
    b.end();
    await Promise.all(all);
  });

  it('never applies while a chunk is copied, nor the other way round', async () => {
    const turns = new Turns();
    const [chunk, round, later] = [job(), job(), job()];
    const all = [turns.take('copy', chunk.work), turns.take('apply', round.work)];
    await settled();
    expect(round.started()).toBe(false);
    chunk.end();
    await settled();
    expect(round.started()).toBe(true);
    all.push(turns.take('copy', later.work));
    await settled();
    expect(later.started()).toBe(false);
    round.end();
    later.end();
    await Promise.all(all);
  });

  it('starves neither: a chunk that comes after a waiting round waits, and goes before the round after that', async () => {
    const turns = new Turns();
    const [first, round, second, nextRound] = [job(), job(), job(), job()];
    const all = [
      turns.take('copy', first.work),
      turns.take('apply', round.work),
      turns.take('copy', second.work),
      turns.take('apply', nextRound.work),
    ];
    await settled();
    expect([round.started(), second.started()]).toEqual([false, false]);
    first.end();
    await settled();
    expect([round.started(), second.started()]).toEqual([true, false]);
    round.end();
    await settled();
    expect([second.started(), nextRound.started()]).toEqual([true, false]);
    second.end();
    nextRound.end();
    await Promise.all(all);
  });

  it('passes the turn on when the work fails', async () => {
    const turns = new Turns();
    await expect(turns.take('apply', () => Promise.reject(new Error('lost')))).rejects.toThrow('lost');
    await expect(turns.take('copy', () => Promise.resolve(1))).resolves.toBe(1);
  });
});
