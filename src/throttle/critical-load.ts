import { TideoverError } from '../errors.js';
import { parseLoads } from './loads.js';
import { valueOf, type StatusRule } from './status-throttle.js';
import type { ThrottleLimits } from './throttle.js';

/** Copying waits while a load is critical; when that lasts, `onLasting` gets the error with which the run stops, resumably. */
export function criticalLoad(
  limits: Pick<ThrottleLimits, 'criticalLoad' | 'criticalLoadMs'>,
  onLasting: (error: TideoverError) => void,
): StatusRule {
  const loads = () => parseLoads(limits.criticalLoad, 'critical-load');
  let since: number | null = null;
  return {
    name: 'critical-load',
    variables: () => loads().map(({ variable }) => variable),
    judge: (values) => {
      const over = loads().find(({ variable, limit }) => valueOf(values, variable) >= limit);
      if (!over) {
        since = null;
        return null;
      }
      const reason = `${over.variable} ${valueOf(values, over.variable)} >= ${over.limit} (critical)`;
      since ??= performance.now();
      if (performance.now() - since >= limits.criticalLoadMs) onLasting(critical(reason, limits.criticalLoadMs));
      return reason;
    },
  };
}

function critical(reason: string, lastingMs: number): TideoverError {
  return new TideoverError('load-critical', `the server's load was critical for ${lastingMs} ms: ${reason}`, {
    hint: 'Run the same command again when the load is less, or with another --critical-load.',
    facts: { reason },
  });
}
