import { spawn } from 'node:child_process';

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs a program to its end and gives its standard output; a failure shows the last lines of what it printed. */
export async function runCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const output: Buffer[] = [];
  const everything: Buffer[] = [];
  child.stdout.on('data', (data: Buffer) => {
    output.push(data);
    everything.push(data);
  });
  child.stderr.on('data', (data: Buffer) => everything.push(data));
  const status = await new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
    child.once('error', (error) => {
      reject(new Error(`${program} cannot be run: ${error.message}`, { cause: error }));
    });
    child.once('close', (code, signal) => {
      resolve(code ?? signal);
    });
  });
  if (status !== 0) {
    const text = Buffer.concat(everything).toString('utf8');
    throw new Error(`${program} ${args.join(' ')} ended with ${status ?? 'nothing'}:\n${lastLines(text, 20)}`);
  }
  return Buffer.concat(output).toString('utf8');
}

export function lastLines(text: string, count: number): string {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
