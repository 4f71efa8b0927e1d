import { readdirSync, readFileSync } from 'node:fs';

/** Pids of the processes that keep holds for the process `engine`. */
export function keepersOf(engine: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const [line, stat] = ['cmdline', 'stat'].map((file) => readFileSync(`/proc/${pid}/${file}`, 'utf8'));
        return line!.includes('watchdog-child') && stat!.split(' ')[3] === String(engine);
      } catch {
        return false; // it has ended since
      }
    });
}
