import { setTimeout as delay } from 'node:timers/promises';

/** What is not so after this time will not be; far more than it takes on a busy machine. */
const patienceMs = 60_000;

/** Resolves when it is so, for what nobody tells of; `withinMs` where it has to be so by then. */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  { withinMs = patienceMs, otherwise = isSo.toString() } = {},
): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`not so after ${withinMs} ms: ${otherwise}`);
    await delay(5);
  }
}
