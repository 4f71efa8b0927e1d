import type { ConnectionSettings } from '../../src/db/dsn.js';
import type { Operator } from '../../src/migration/migration.js';
import { createOperator } from '../../src/migration/operator.js';

/** What an operator does to the runs of one database. */
export async function withOperator<T>(
  settings: ConnectionSettings,
  work: (operator: Operator) => Promise<T>,
): Promise<T> {
  const operator = createOperator(settings);
  try {
    return await work(operator);
  } finally {
    await operator.close();
  }
}
