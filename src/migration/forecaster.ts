import type { BinlogPosition } from '../binlog/source.js';
import { Contact } from '../db/contact.js';
import type { Server } from '../db/server.js';
import { pause } from '../util/pause.js';
import type { Engine } from './engine.js';
import {
  changesPerSOf,
  etaOf,
  latestOf,
  sampleEveryMs,
  samplesKept,
  warningOf,
  type Forecast,
  type Sample,
} from './forecast.js';
import { bytesAfter, keptForS, readKeptLog, type KeptLog } from './log-retention.js';

/** With so little time left before the log is purged, changes are applied in spite of a pause. */
function reserveSOf(expireS: number): number {
  if (expireS === 0) return leastReserveS;
  return Math.min(expireS / 2, Math.max(leastReserveS, expireS / 10));
}

const leastReserveS = 600;

/** What a forecaster looks at beside the engine. */
export interface Outlook {
  /** Disk for the whole copy and its binlog. */
  readonly diskNeededBytes: number;
  readonly rowsEstimated: number;
  /** The run as it stands. */
  readonly now: () => Pick<Sample, 'phase' | 'rowsDone' | 'throttled'>;
  /** Told when a run that would have got ready will not any more. */
  readonly onWarning: (warning: string) => void;
}

/** Looks at the run and at the server's log now and then, and says what is to be expected. */
export class Forecaster {
  readonly #contact: Contact;
  readonly #engine: Engine;
  readonly #outlook: Outlook;
  #samples: Sample[] = [];
  #logEnd: { readonly atMs: number; readonly position: BinlogPosition } | null = null;
  #forecast: Forecast | null = null;

  constructor(server: Server, engine: Engine, outlook: Outlook) {
    this.#contact = new Contact(server, 'the forecast');
    this.#engine = engine;
    this.#outlook = outlook;
  }

  /** The last one; null before the first look. */
  get forecast(): Forecast | null {
    return this.#forecast;
  }

  /** Looks until `signal`. */
  async loop(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => this.#contact.cut(), { once: true });
    while (!signal.aborted) {
      // A look that fails says nothing; a server that is gone is noticed by others.
      await this.look().catch(() => undefined);
      await pause(sampleEveryMs, signal);
    }
    await this.#contact.close();
  }

  async look(): Promise<void> {
    const engine = this.#engine;
    const log = await readKeptLog(this.#contact);
    const { needed, keysPerS } = engine.rounds;
    const bytesBehind = bytesAfter(log, needed.position);
    this.#take(bytesAfter(log, engine.tail.position));
    const latest = latestOf(this.#samples);
    const logKeptS = keptForS(log, needed, this.#writtenPerS(log));
    engine.rounds.logEnds = logKeptS !== null && logKeptS < reserveSOf(log.expireS);
    const appliesPerS = keysPerS === null ? null : Math.round(keysPerS);
    const warning = warningOf(latest, appliesPerS);
    if (warning !== null && (this.#forecast?.warning ?? null) === null) this.#outlook.onWarning(warning);
    this.#forecast = {
      changesPerS: changesPerSOf(this.#samples),
      appliesPerS,
      etaS: etaOf(latest),
      bytesBehind,
      diskNeededBytes: this.#diskNeededBytes(),
      logKeptS,
      warning,
    };
  }

  #take(bytesUnread: number): void {
    const { tail, rounds } = this.#engine;
    const sample: Sample = {
      ...this.#outlook.now(),
      atMs: performance.now(),
      isPaused: rounds.isPaused,
      changes: tail.counters.changes,
      rowsToDo: this.#outlook.rowsEstimated,
      bytesUnread,
    };
    this.#samples = [...this.#samples, sample].slice(-samplesKept);
  }

  /** Bytes per second by which the log has grown since the last look. */
  #writtenPerS(log: KeptLog): number {
    const end = log.files.at(-1);
    const now = { atMs: performance.now(), position: { file: end?.name ?? '', offset: end?.bytes ?? 0 } };
    const last = this.#logEnd ?? now;
    this.#logEnd = now;
    return now.atMs <= last.atMs ? 0 : (bytesAfter(log, last.position) * 1_000) / (now.atMs - last.atMs);
  }

  #diskNeededBytes(): number {
    const { rowsEstimated, diskNeededBytes } = this.#outlook;
    const left = rowsEstimated === 0 ? 0 : Math.max(0, 1 - this.#engine.rowsCopied / rowsEstimated);
    return Math.round(diskNeededBytes * left);
  }
}
