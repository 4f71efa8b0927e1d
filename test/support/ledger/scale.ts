import { seedFromEnvironment } from './random.js';

/** How long and how wide the ledger runs are; the environment makes them longer. */
export interface Scale {
  readonly runs: number;
  readonly seed: string;
  /** Null: the caller's own choice. */
  readonly tables: number | null;
  readonly writers: number;
  /** Writing before the migration, ms. */
  readonly minMs: number;
}

function numberFrom(name: string): number | null {
  const text = process.env[name];
  if (text === undefined || text === '') return null;
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new Error(`${name} is "${text}", not a number above 0`);
  return value;
}

/** LEDGER_RUNS, LEDGER_SEED, LEDGER_TABLES, LEDGER_WRITERS, LEDGER_SECONDS. */
export function scaleFromEnvironment(): Scale {
  return {
    runs: numberFrom('LEDGER_RUNS') ?? 1,
    seed: seedFromEnvironment(),
    tables: numberFrom('LEDGER_TABLES'),
    writers: numberFrom('LEDGER_WRITERS') ?? 8,
    minMs: (numberFrom('LEDGER_SECONDS') ?? 0) * 1000,
  };
}
