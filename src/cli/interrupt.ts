import { TideoverError } from '../errors.js';

/** Signals by which an operator or an orchestrator stops a run, and the exit codes that shells expect of them. */
const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const;

type StopSignal = keyof typeof exitCodes;

/** The link between the process's signals and a run. */
export interface Interrupt {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** 130 or 143 once a signal came. */
  exitCode(): number | null;
  /** Stops listening. */
  dispose(): void;
}

/** The first signal asks for a clean, resumable stop; the second one ends the process at once, which is resumable as well. */
export function listenForSignals(onFirst: (signal: StopSignal) => void): Interrupt {
  const controller = new AbortController();
  let received: StopSignal | null = null;
  const listener = (signal: NodeJS.Signals): void => {
    const code = exitCodes[signal as StopSignal];
    if (received !== null) process.exit(code);
    received = signal as StopSignal;
    onFirst(received);
    controller.abort(
      new TideoverError('interrupted', `stopped by ${signal}`, { hint: 'Run the same command again to continue.' }),
    );
  };
  for (const signal of Object.keys(exitCodes)) process.on(signal, listener);
  return {
    signal: controller.signal,
    exitCode: () => (received === null ? null : exitCodes[received]),
    dispose: () => {
      for (const signal of Object.keys(exitCodes)) process.off(signal, listener);
    },
  };
}
