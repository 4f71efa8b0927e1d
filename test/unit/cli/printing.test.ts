import { describe, expect, test } from 'vitest';
import { formatStatus } from '../../../src/cli/commands/status.js';
import { formatDuration } from '../../../src/cli/format.js';
import { formatForecast } from '../../../src/cli/forecast.js';
import { cutoverFailureText, expectations, mayStayPaused, progressText, setText } from '../../../src/cli/progress.js';
import { errorFields, formatError, formatReport } from '../../../src/cli/report.js';
import { TideoverError } from '../../../src/errors.js';
import type { Forecast, Progress, Report } from '../../../src/migration/events.js';
import type { RunRecord } from '../../../src/journal/journal.js';

const progress: Progress = {
  phase: 'copying',
  rowsCopied: 412_000,
  rowsEstimated: 1_000_000,
  backlog: 12,
  changesApplied: 3_400,
  rowsVerified: 0,
  etaS: 75,
  throttled: null,
  paused: null,
  forecast: null,
  window: null,
};

test.each([
  [0.4, '0 ms'],
  [950, '950 ms'],
  [12_400, '12 s'],
  [185_000, '3 min 05 s'],
  [7_620_000, '2 h 07 min'],
])('%d ms reads %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test('progress says how far, how much is left to apply, and when', () => {
  expect(progressText(progress)).toBe(
    'copying: 412,000 of about 1,000,000 rows (41 %), backlog 12, 3,400 changes applied, ETA 1 min 15 s',
  );
  expect(progressText({ ...progress, etaS: null, throttled: 'backlog 9 > 5' })).toMatch(/, throttled: backlog 9 > 5$/);
  expect(progressText({ ...progress, rowsEstimated: 10 })).toContain('(100 %)');
});

describe('what is to be expected', () => {
  const forecast: Forecast = {
    changesPerS: 1_200,
    appliesPerS: 60_000,
    etaS: { low: 60, high: 110 },
    bytesBehind: 0,
    diskNeededBytes: 0,
    logKeptS: 11_520,
    warning: null,
  };

  test('comes with its uncertainty', () => {
    expect(expectations({ etaS: 75, paused: null, forecast })).toEqual([
      'ETA 1 min 15 s (1 min 00 s to 1 min 50 s)',
      '1,200 changes/s of 60,000/s that can be applied',
    ]);
  });

  test('of a paused run is who paused it, since when and how long it may stay so', () => {
    const paused = { by: 'ann@db1', since: '2026-01-01 02:00:00' };
    expect(expectations({ etaS: 75, paused, forecast: { ...forecast, changesPerS: 0 } })).toEqual([
      'paused by ann@db1 since 2026-01-01 02:00:00 UTC',
      'may stay paused 3 h 12 min',
    ]);
    expect(mayStayPaused({ ...forecast, logKeptS: null })).toBe('may stay paused as long as the binlog finds room');
  });

  test('before the run: disk, time, the binlog', () => {
    const text = formatForecast({
      rows: 1_000_000,
      diskNeededBytes: 550e6,
      durationS: { low: 5, high: 67 },
      loggedBytesPerS: 10_000,
      logKeptS: 864_000,
    });
    for (const part of [
      /about 1,000,000/,
      /about 550 MB/,
      /5 s to 1 min 07 s/,
      /by 36 MB an hour/,
      /paused for 10 d 00 h/,
    ])
      expect(text).toMatch(part);
  });

  test('what was set reads as it was typed', () => {
    expect(setText({ chunkTimeMs: 200, maxLoad: 'Threads_running=50' })).toBe(
      'chunk-time=200, max-load=Threads_running=50',
    );
  });
});

test('a failed cutover names who was in the way', () => {
  const blocker = {
    id: 7,
    user: 'app',
    host: 'web1',
    command: 'Query',
    seconds: 25,
    state: '',
    statement: 'SELECT\n 1',
  };
  const text = cutoverFailureText({ attempt: 2, reason: 'no lock', blockers: [blocker], retryInMs: 1_500 });
  expect(text).toContain('attempt 2 failed: no lock; next attempt in 2 s');
  expect(text).toContain('session 7 of app@web1, Query for 25 s: SELECT 1');
});

describe('the final report', () => {
  const report: Report = {
    runId: 3,
    database: 'shop',
    tables: ['orders', 'items'],
    planHash: 'f'.repeat(64),
    method: 'copied',
    rowsCopied: 1_000_000,
    changesApplied: 52_000,
    rowsVerified: 1_001_000,
    rowsRepaired: 0,
    lostWrites: 0,
    cutover: { attempts: 2, lockWaitMs: 4, drainMs: 9, swapMs: 11, writeStallMs: 26.4 },
    hold: null,
    durationMs: 42_000,
    retiredSchema: 'shop__retired',
    window: null,
  };

  test('has every number that the operator asks for', () => {
    const text = formatReport(report);
    for (const part of [
      /rows copied +1,000,000/,
      /changes applied +52,000/,
      /rows verified equal +1,001,000/,
      /write stall +26 ms, in attempt 2/,
      /lost writes +0/,
      /kept in shop__retired; drop them with: tideover cleanup/,
    ]) {
      expect(text).toMatch(part);
    }
  });

  test('promises no old tables where there are none', () => {
    expect(formatReport({ ...report, cutover: null, retiredSchema: null })).toMatch(/old tables +none are kept/);
  });
});

describe('a failure', () => {
  const error = new TideoverError('cutover-failed', 'no lock in 3 attempts', { hint: 'Try later.', facts: { n: 3 } });

  test('reads as fact, outcome in words, hint', () => {
    expect(formatError(error)).toBe(
      'error: no lock in 3 attempts [cutover-failed]\nThe source is untouched; the run can be continued.\nhint: Try later.\n',
    );
  });

  test('has the same in JSON', () => {
    expect(errorFields(error, 7)).toEqual({
      code: 'cutover-failed',
      outcome: 'resumable',
      message: 'no lock in 3 attempts',
      hint: 'Try later.',
      exitCode: 7,
      facts: { n: 3 },
    });
  });
});

test('status is a table with the heartbeat’s age and the last error', () => {
  const run: RunRecord = {
    id: 12,
    database: 'shop',
    planHash: '',
    statements: [],
    tables: ['orders'],
    phase: 'copying',
    startedAt: '2026-01-01 00:00:00',
    finishedAt: null,
    heartbeatAt: '2026-01-01 00:01:00',
    engine: 'db1:99',
    lastError: 'copy-failed: x',
    progress: '{"rowsCopied":5000,"rowsEstimated":10000}',
    report: null,
    paused: null,
    set: null,
    cutover: null,
  };
  const ended = { ...run, finishedAt: '2025-01-01 00:00:00' };
  const done: RunRecord = { ...ended, id: 3, phase: 'done', report: '{"rowsCopied":9,"rowsVerified":10}' };
  const aborted: RunRecord = { ...ended, id: 2, phase: 'aborted', progress: 'damaged' };
  const lines = formatStatus([run, done, aborted], Date.UTC(2026, 0, 1, 0, 1, 30)).split('\n');
  expect(lines[1]).toMatch(/^12 +copying +orders +5,000 copied \(50 %\) +2026-01-01 00:00:00 +30 s ago +db1:99$/);
  expect(lines[2]).toMatch(/^3 +done +orders +9 copied, 10 compared .* ended/);
  expect(lines[3]).toMatch(/^2 +aborted +orders +- .* ended/);
  expect(lines.at(-2)).toBe('last error of run 12: copy-failed: x');
});
