import type { Refusal } from '../../plan/plan.js';
import { serverRefusal, variable, type Check } from '../context.js';

/** Every change must be in the binlog as whole rows. Sessions that were opened before a change of these keep the old setting. */
export const binlogSettings: Check = async ({ session }) => {
  const refusals: Refusal[] = [];
  if ((await variable(session, 'log_bin')) !== 'ON') {
    refusals.push(
      serverRefusal(
        'binlog-off',
        'the server writes no binlog: changes made during the copy could not be followed',
        'Set log_bin in the server configuration and restart the server.',
      ),
    );
  }
  const format = await variable(session, 'binlog_format');
  if (format !== 'ROW') {
    refusals.push(
      serverRefusal(
        'binlog-format',
        `binlog_format is ${format ?? 'unknown'}, not ROW`,
        'SET GLOBAL binlog_format = ROW and have the service connect anew: a session that still logs statements stops the run.',
      ),
    );
  }
  const image = await variable(session, 'binlog_row_image');
  if (image !== 'FULL') {
    refusals.push(
      serverRefusal(
        'binlog-row-image',
        `binlog_row_image is ${image ?? 'unknown'}, not FULL`,
        'SET GLOBAL binlog_row_image = FULL and have the service connect anew.',
      ),
    );
  }
  return refusals;
};
