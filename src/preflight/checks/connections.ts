import { field, serverRefusal, type Check } from '../context.js';

/** The run's sessions must find room beside those of the service, and within what the account may have. */
export const connections: Check = async ({ session, connections: needed }) => {
  if (needed === undefined) return [];
  const limits = await session.queryOne(
    `SELECT @@GLOBAL.max_connections AS allowed, @@SESSION.max_user_connections AS own,
       (SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = 'THREADS_CONNECTED') AS used`,
  );
  const number = (name: string): number => Number(field(limits, name));
  const [allowed, own] = [number('allowed'), number('own')];
  // This session will be none of them.
  const others = number('used') - 1;
  const refusals = [];
  if (others + needed > allowed) {
    refusals.push(
      serverRefusal(
        'too-few-connections',
        `the run needs up to ${needed} connections, ${others} are in use, and the server allows ${allowed}`,
        'Raise max_connections (it can be set while the server runs), or migrate fewer tables at once.',
      ),
    );
  }
  // Zero: as many as it likes.
  if (own > 0 && needed > own) {
    refusals.push(
      serverRefusal(
        'too-few-connections',
        `the run needs up to ${needed} connections, and its account may have ${own}`,
        'Raise the MAX_USER_CONNECTIONS of the account, or migrate fewer tables at once.',
      ),
    );
  }
  return refusals;
};
