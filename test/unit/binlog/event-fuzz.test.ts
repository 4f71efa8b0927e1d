import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { EventReader } from '../../../src/binlog/event-reader.js';
import { inflateBlock } from '../../../src/binlog/query.js';
import { TideoverError } from '../../../src/errors.js';
import { Recorder } from '../../support/binlog-recorder.js';
import { emptyResult, fuzz, placesOf } from '../../support/event-fuzz.js';
import { Random, seedFromEnvironment } from '../../support/ledger/random.js';
import { recordedLogs } from '../../support/recorded-log.js';

const logs = recordedLogs();

/** Changed events; `npm run test:fuzz` takes ten millions. */
const count = Number(process.env['FUZZ_EVENTS'] ?? 30_000);
/** Progress is told after so many. */
const part = 100_000;
const seed = seedFromEnvironment();

describe('recorded logs', () => {
  it.each(logs)('$name is read as it was when it was recorded', ({ from, watched, events, told, error }) => {
    const recorder = new Recorder(watched);
    const reader = new EventReader({ from, watched, sink: recorder });
    let code: string | null = null;
    try {
      for (const event of events) reader.take(event);
    } catch (thrown) {
      code = thrown instanceof TideoverError ? thrown.code : String(thrown);
    }
    expect(recorder.lines).toEqual(told);
    expect(code).toBe(error);
  });
});

describe('changed events', () => {
  it(
    `are refused with a named error, or are legal (LEDGER_SEED=${seed} FUZZ_EVENTS=${count})`,
    async () => {
      // Millions of errors: their stacks would take most of the time.
      Error.stackTraceLimit = 0;
      const before = process.memoryUsage().rss;
      const places = placesOf(logs);
      const result = emptyResult();
      for (let done = 0; done < count; done += part) {
        fuzz(places, new Random(`${seed}/${done}`), Math.min(part, count - done), result);
        const grown = Math.round((process.memoryUsage().rss - before) / 2 ** 20);
        const counted = [...result.outcomes].sort(([, a], [, b]) => b - a).map(([code, n]) => `${code} ${n}`);
        console.log(
          `${Math.min(done + part, count)} changed events at ${places.length} places of ${logs.length} logs: ${counted.join(', ')}; ` +
            `${result.rowsTold} lines told, longest ${result.longestMs.toFixed(1)} ms, ${grown} MiB more memory`,
        );
        expect(grown).toBeLessThan(1024);
        // Lets vitest tell what was logged.
        await new Promise(setImmediate);
      }
      const { outcomes } = result;
      expect(outcomes.get('binlog-damaged')).toBeGreaterThan(0.1 * count);
      expect(outcomes.get('binlog-unsupported')).toBeGreaterThan(0.1 * count);
      expect(result.rowsTold).toBeGreaterThan(0);
    },
    60_000 + count,
  );

  it('cannot make a small block become a large one', () => {
    const bomb = deflateSync(Buffer.alloc(2 ** 26));
    const head = Buffer.from([0x84, 0, 0, 1, 0]);
    expect(() => inflateBlock(Buffer.concat([head, bomb]))).toThrow('cannot be expanded to 256 bytes');
  });
});
