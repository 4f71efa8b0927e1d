import { valueOf, type StatusRule } from './status-throttle.js';
import type { ThrottleLimits } from './throttle.js';

/** Undo that purging has not caught up with: the history list, in transactions. */
export function historyList(limits: Pick<ThrottleLimits, 'maxHistory'>): StatusRule {
  const variable = 'Innodb_history_list_length';
  return {
    name: 'history-list',
    variables: () => (limits.maxHistory === 0 ? [] : [variable]),
    judge: (values) => {
      const length = valueOf(values, variable);
      return length > limits.maxHistory ? `history-list ${length} > ${limits.maxHistory}` : null;
    },
  };
}

/** Redo that is not checkpointed, as a share of what the log takes before all writers have to wait. */
export function checkpointAge(limits: Pick<ThrottleLimits, 'maxCheckpointAge'>): StatusRule {
  const [age, most] = ['Innodb_checkpoint_age', 'Innodb_checkpoint_max_age'] as const;
  return {
    name: 'checkpoint-age',
    variables: () => (limits.maxCheckpointAge === 0 ? [] : [age, most]),
    judge: (values) => {
      const percent = Math.round((100 * valueOf(values, age)) / Math.max(valueOf(values, most), 1));
      return percent > limits.maxCheckpointAge ? `checkpoint-age ${percent}% > ${limits.maxCheckpointAge}%` : null;
    },
  };
}
