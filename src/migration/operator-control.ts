import type { CutoverWord, RunControl } from '../journal/journal.js';
import { TideoverError } from '../errors.js';
import type { Engine } from './engine.js';
import { checkedLive, tune } from './live-options.js';
import type { RunContext } from './running.js';

/** Hears what operators have said of the run, and has the engine do it. What they say is a state in the journal and no message: nothing is missed, and two of them cannot cross. */
export class OperatorControl {
  readonly #context: RunContext;
  readonly #engine: Engine;
  readonly #runId: number;
  #heard: RunControl = { paused: null, set: null, cutover: null };
  #setText = '{}';
  /** The server's clock at the last hearing, and this process's. */
  #clock = { serverMs: 0, atMs: 0 };
  #withdrawal = new AbortController();

  constructor(context: RunContext, engine: Engine, runId: number) {
    this.#context = context;
    this.#engine = engine;
    this.#runId = runId;
  }

  async hear(): Promise<void> {
    const { nowMs, ...heard } = await this.#context.journal.control(this.#runId);
    this.#clock = { serverMs: nowMs, atMs: performance.now() };
    const before = this.#heard;
    this.#heard = heard;
    this.#obeyPause(before.paused, heard.paused);
    this.#obeySet(heard.set);
    this.#withdrawWhenOver();
  }

  /** The server's clock now, ms since 1970. */
  get serverMs(): number {
    return this.#clock.serverMs + performance.now() - this.#clock.atMs;
  }

  get paused(): RunControl['paused'] {
    return this.#heard.paused;
  }

  get word(): CutoverWord | null {
    return this.#heard.cutover;
  }

  /** The cutover may begin now: nobody wanted to be asked, or the word was given and its times hold. */
  get mayCutOver(): boolean {
    const { cutover } = this.#heard;
    if (cutover === null) return !this.#context.settings.postponeCutover;
    const nowMs = this.serverMs;
    const { notBefore, notAfter } = cutover;
    return (notBefore === null || nowMs >= msOf(notBefore)) && (notAfter === null || nowMs < msOf(notAfter));
  }

  /** Aborted when from now on no further attempt of the cutover may begin: the word's time has passed, or the run was paused. */
  watchWord(): AbortSignal {
    this.#withdrawal = new AbortController();
    this.#withdrawWhenOver();
    return this.#withdrawal.signal;
  }

  /** A word is used up by a cutover that was given up: the next run asks again. */
  async forgetWord(): Promise<void> {
    await this.#context.journal.saveCutoverWord(this.#runId, null);
  }

  #withdrawWhenOver(): void {
    if (!this.mayCutOver || this.#heard.paused !== null) this.#withdrawal.abort(withdrawn());
  }

  #obeyPause(before: RunControl['paused'], now: RunControl['paused']): void {
    if (now !== null && before === null) {
      this.#engine.pause();
      this.#context.emitter.emit('run:paused', now);
    } else if (now === null && before !== null) {
      this.#engine.resume();
      this.#context.emitter.emit('run:resumed', {});
    }
  }

  #obeySet(set: RunControl['set']): void {
    if (set === null) return;
    const text = JSON.stringify(set.values);
    if (text === this.#setText) return;
    this.#setText = text;
    tune(this.#context.settings, checkedLive(set.values));
    this.#context.emitter.emit('run:set', set);
  }
}

/** Not an error of anybody: the cutover goes back to where it waits for the word. */
function withdrawn(): TideoverError {
  return new TideoverError('cutover-failed', 'the word to cut over does not hold any more', {
    hint: 'Say it again with "tideover cutover".',
  });
}

/** A time of the journal, which is UTC. */
export function msOf(time: string): number {
  return Date.parse(`${time.replace(' ', 'T')}Z`);
}
