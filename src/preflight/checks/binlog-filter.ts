import { serverRefusal, type Check } from '../context.js';

/** A database that the server keeps out of its binlog cannot be followed. Needs BINLOG MONITOR. */
export const binlogFilter: Check = async ({ session, plan }) => {
  const [status] = await session.query('SHOW MASTER STATUS');
  if (!status) return [];
  const only = listOf(status['Binlog_Do_DB']);
  const ignored = listOf(status['Binlog_Ignore_DB']);
  const isLogged = !ignored.includes(plan.database) && (only.length === 0 || only.includes(plan.database));
  if (isLogged) return [];
  return [
    serverRefusal(
      'binlog-filtered',
      `the server keeps changes of ${plan.database} out of its binlog (binlog_do_db, binlog_ignore_db)`,
      'Take the database out of the filter and restart the server.',
    ),
  ];
};

function listOf(text: string | null | undefined): string[] {
  return (text ?? '').split(',').filter((name) => name !== '');
}
