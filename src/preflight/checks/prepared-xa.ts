import { serverRefusal, type Check } from '../context.js';

/** Rows of a transaction that was prepared before the tail starts are not in what the tail reads, and are not visible to the copy. */
export const preparedXa: Check = async ({ session, resuming }) => {
  if (resuming) return [];
  const prepared = await session.query("XA RECOVER FORMAT='SQL'");
  if (prepared.length === 0) return [];
  const ids = prepared.slice(0, 5).map((row) => row['data'] ?? '');
  return [
    serverRefusal(
      'prepared-xa',
      `${prepared.length} XA transaction${prepared.length === 1 ? ' is' : 's are'} prepared and neither committed nor rolled back: ${ids.join(', ')}`,
      'Commit or roll them back with XA COMMIT or XA ROLLBACK first.',
    ),
  ];
};
