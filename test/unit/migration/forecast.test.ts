import { describe, expect, test } from 'vitest';
import {
  changesPerSOf,
  etaOf,
  latestOf,
  samplesKept,
  warningOf,
  type Sample,
} from '../../../src/migration/forecast.js';
import { bytesAfter, keptForS, type KeptLog } from '../../../src/migration/log-retention.js';

const sample: Sample = {
  atMs: 0,
  phase: 'copying',
  isPaused: false,
  changes: 0,
  rowsDone: 0,
  rowsToDo: 10_000,
  bytesUnread: 0,
  throttled: null,
};

/** One sample a second. */
function samples(count: number, at: (i: number) => Partial<Sample>): Sample[] {
  return Array.from({ length: count }, (_, i) => ({ ...sample, atMs: i * 1_000, ...at(i) }));
}

describe('the time that is left', () => {
  test('is not guessed from nothing', () => {
    expect(etaOf([])).toBeNull();
    expect(etaOf(samples(3, (i) => ({ rowsDone: i })))).toBeNull();
    expect(etaOf(samples(9, () => ({ rowsDone: 5 })))).toBeNull();
  });

  test('comes with little uncertainty from a steady speed, and with much from an uneven one', () => {
    const steady = etaOf(samples(11, (i) => ({ rowsDone: i * 100 })))!;
    expect(steady).toEqual({ low: 82, high: 100 });
    const uneven = etaOf(samples(11, (i) => ({ rowsDone: Math.floor(i / 5) * 500 })))!;
    expect(uneven.low).toBeLessThan(steady.low);
    expect(uneven.high).toBeGreaterThan(steady.high);
  });
});

test('what was before a pause, or in another phase, is forgotten', () => {
  const paused = samples(9, (i) => ({ isPaused: i === 4 }));
  expect(latestOf(paused)).toEqual(paused.slice(5));
  expect(latestOf(paused.slice(0, 5))).toEqual([]);
  const phases = samples(9, (i) => ({ phase: i < 3 ? 'copying' : 'verifying' }));
  expect(latestOf(phases)).toEqual(phases.slice(3));
});

describe('a run that will not get ready', () => {
  test('is told early: the log grows away from its reading', () => {
    const outrun = samples(10, (i) => ({ bytesUnread: i * 1_000, changes: i * 9_000 }));
    expect(changesPerSOf(outrun)).toBe(9_000);
    expect(warningOf(outrun, 5_000)).toMatch(
      /changes come faster than they are applied \(5000 keys\/s\).*--copy-workers 1 --apply-workers 8/,
    );
    expect(warningOf(outrun.slice(1), 5_000)).toBeNull();
  });

  test('is none while the log is caught up with again and again', () => {
    expect(
      warningOf(
        samples(10, (i) => ({ bytesUnread: 9_000 - i })),
        null,
      ),
    ).toBeNull();
    expect(
      warningOf(
        samples(10, (i) => ({ bytesUnread: i === 7 ? 2 : i })),
        null,
      ),
    ).toBeNull();
    expect(
      warningOf(
        samples(10, () => ({ bytesUnread: 0 })),
        null,
      ),
    ).toBeNull();
  });

  test('waits for a throttle that does not let go', () => {
    const waiting = samples(samplesKept, () => ({ throttled: 'replica-lag@db2:3306 9000ms > 1500ms' }));
    expect(warningOf(waiting, null)).toMatch(/nothing was copied or compared for 59 s: replica-lag@db2:3306 9000ms/);
    expect(warningOf(waiting.slice(1), null)).toBeNull();
  });
});

describe('how long the binlog is kept', () => {
  const log: KeptLog = {
    files: [
      { name: 'bin.000001', bytes: 1_000 },
      { name: 'bin.000002', bytes: 500 },
    ],
    expireS: 3_600,
    maxTotalBytes: 0,
    nowS: 1_000_000,
  };
  const old = { position: { file: 'bin.000001', offset: 400 }, loggedAtS: 1_000_000 - 600 };

  test('bytes behind are counted over files', () => {
    expect(bytesAfter(log, old.position)).toBe(1_100);
    expect(bytesAfter(log, { file: 'gone.000009', offset: 4 })).toBe(0);
  });

  test('by age: from what was logged at the position; the file that is written now has all its time', () => {
    expect(keptForS(log, old, 0)).toBe(3_000);
    expect(keptForS(log, { ...old, loggedAtS: 1 }, 0)).toBe(0);
    expect(keptForS(log, { position: { file: 'bin.000002', offset: 4 }, loggedAtS: 1 }, 0)).toBe(3_600);
    expect(keptForS({ ...log, expireS: 0 }, old, 100)).toBeNull();
  });

  test('by size, where the server has such a limit: at the rate by which it grows', () => {
    expect(keptForS({ ...log, maxTotalBytes: 2_500 }, old, 10)).toBe(100);
    expect(keptForS({ ...log, maxTotalBytes: 1_000 }, old, 10)).toBe(0);
  });
});
