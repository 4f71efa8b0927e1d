import { serverRefusal, variable, type Check } from '../context.js';

export const readOnly: Check = async ({ session }) => {
  const refused = [];
  for (const name of ['read_only', 'innodb_read_only']) {
    const value = await variable(session, name);
    if (value === null || value === 'OFF' || value === '0') continue;
    refused.push(
      serverRefusal(
        'read-only',
        `the server is ${name}${value === 'ON' || value === '1' ? '' : ` = ${value}`}`,
        'Run the migration on the primary; a replica gets it by replication.',
      ),
    );
  }
  return refused;
};
