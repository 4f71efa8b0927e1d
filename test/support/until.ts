import { setTimeout as delay } from 'node:timers/promises';

/** What is not so after this time will not be; far more than it takes on a busy machine. */
const patienceMs = 60_000;

/** Resolves when it is so, for what nobody tells of. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + patienceMs;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`not so after ${patienceMs} ms: ${isSo.toString()}`);
    await delay(5);
  }
}
