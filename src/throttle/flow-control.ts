import type { StatusRule } from './status-throttle.js';
import type { ThrottleLimits } from './throttle.js';

/** Time for which flow control has paused this node, since the provider began; only a Galera node has it. */
const pausedVariable = 'wsrep_flow_control_paused_ns';

/**
 * The share of the time since the last look for which Galera's flow control has paused this node: some node does not keep up. (`wsrep_flow_control_paused`
 * is the mean since the last FLUSH STATUS, which says little of now.) Silent on other servers.
 */
export function flowControl(
  limits: Pick<ThrottleLimits, 'maxFlowControl'>,
  now: () => number = () => performance.now(),
): StatusRule {
  let before: { readonly atMs: number; readonly pausedNs: number } | null = null;
  let isGalera = true;
  return {
    name: 'flow-control',
    variables: () => (isGalera ? [pausedVariable] : []),
    judge: (values) => {
      const pausedNs = values.get(pausedVariable);
      isGalera = pausedNs !== undefined;
      if (pausedNs === undefined) return null;
      const last = before;
      before = { atMs: now(), pausedNs };
      // A node that was restarted counts anew.
      if (last === null || pausedNs < last.pausedNs || before.atMs <= last.atMs) return null;
      const percent = Math.round((pausedNs - last.pausedNs) / 1e4 / (before.atMs - last.atMs));
      return percent > limits.maxFlowControl ? `flow-control ${percent}% > ${limits.maxFlowControl}%` : null;
    },
  };
}
