import { serverRefusal, type Check } from '../context.js';

export const otherEngine: Check = ({ plan, otherEngine: engine }) =>
  Promise.resolve(
    engine === undefined || engine === null
      ? []
      : [
          serverRefusal(
            'run-in-progress',
            `another engine (${engine}) is at work on ${plan.database}`,
            'Wait for it, or end it with abort.',
          ),
        ],
  );
