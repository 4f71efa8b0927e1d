import { parseLoads } from './loads.js';
import { valueOf, type StatusRule } from './status-throttle.js';
import type { ThrottleLimits } from './throttle.js';

/** Status variables that are as high as the operator allows, or higher: `Threads_running 31 >= 25`. */
export function maxLoad(limits: Pick<ThrottleLimits, 'maxLoad'>): StatusRule {
  const loads = () => parseLoads(limits.maxLoad, 'max-load');
  return {
    name: 'max-load',
    variables: () => loads().map(({ variable }) => variable),
    judge: (values) => {
      const over = loads().find(({ variable, limit }) => valueOf(values, variable) >= limit);
      return over ? `${over.variable} ${valueOf(values, over.variable)} >= ${over.limit}` : null;
    },
  };
}
