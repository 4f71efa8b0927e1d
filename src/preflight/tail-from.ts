import type { Refusal } from '../plan/plan.js';

/**
 * Whoever asks for the binlog to be read from a replica. What a replica filters, skips or is told by hand is not in its log, and nothing in the log
 * proves that it has all (I6); and the drain under the lock (I1) would wait for the replica's lag.
 */
export function tailFromRefusals(tailFrom: string): readonly Refusal[] {
  if (tailFrom === '') return [];
  return [
    {
      code: 'tail-from-replica',
      table: null,
      message:
        'the binlog is not read from a replica (--tail-from): its log does not prove that it has every change of the primary, and the cutover would keep writers out for as long as it lags',
      remedy:
        'Leave --tail-from out. One reader of its log costs the primary little; to spare it, limit the copy: --copy-workers 1, --max-load, --replica.',
    },
  ];
}
