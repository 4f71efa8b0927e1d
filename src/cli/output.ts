/** Where a command prints. Stdout carries the result; what is for people only (errors, hints while stopping) goes to stderr. */
export interface Output {
  /** True: one JSON object per line on stdout. */
  readonly json: boolean;
  /** Columns of the terminal on stdout; null when stdout is none. */
  readonly columns: () => number | null;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
}

/** `automatic`: JSON wherever stdout is no terminal, for what runs long and is watched by programs. */
export function processOutput(options: { readonly json: boolean; readonly automatic: boolean }): Output {
  const terminal = process.stdout.isTTY;
  return {
    json: options.json || (options.automatic && !terminal),
    columns: () => (terminal ? process.stdout.columns || 80 : null),
    stdout: (text) => void process.stdout.write(text),
    stderr: (text) => void process.stderr.write(text),
  };
}

/** One event as one line: its name, the time (UTC, ISO 8601), its fields. */
export function printEvent(output: Output, event: string, fields: object): void {
  output.stdout(`${JSON.stringify({ event, at: new Date().toISOString(), ...fields })}\n`);
}
