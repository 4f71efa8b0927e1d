import { variable, type Check } from '../context.js';

/** On a Galera node the cutover's locks hold for this node only. */
export const galera: Check = async ({ session, onWarning }) => {
  if ((await variable(session, 'wsrep_on')) === 'ON') {
    onWarning?.('the server is a Galera node: the service must write through this node only while the migration runs');
  }
  return [];
};
