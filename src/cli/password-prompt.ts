import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { TideoverError } from '../errors.js';

/** Asks at the terminal, without echo. The question goes to stderr: stdout may be somebody's input. */
export function askPassword(question: string): Promise<string> {
  const silence = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: silence, terminal: true });
  process.stderr.write(question);
  return new Promise<string>((resolve, reject) => {
    // After an answer these are without effect: a promise settles once.
    reader.on('SIGINT', () => {
      reject(new TideoverError('interrupted', 'interrupted at the password prompt'));
      reader.close();
    });
    reader.on('close', () =>
      reject(new TideoverError('usage-error', 'no password was given', { hint: 'Type it, or set TIDEOVER_PASSWORD.' })),
    );
    reader.question('', (answer) => {
      resolve(answer);
      reader.close();
    });
  }).finally(() => process.stderr.write('\n'));
}
