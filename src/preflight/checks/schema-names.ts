import { retiredSchemaOf, shadowSchemaOf } from '../../schema/names.js';
import { serverRefusal, type Check } from '../context.js';

/** Characters that a schema's name may have. */
const maxNameLength = 64;

export const schemaNames: Check = ({ plan }) => {
  const tooLong = [shadowSchemaOf(plan.database), retiredSchemaOf(plan.database)].filter(
    (name) => name.length > maxNameLength,
  );
  if (tooLong.length === 0) return Promise.resolve([]);
  return Promise.resolve([
    serverRefusal(
      'name-too-long',
      `${tooLong.join(' and ')} would be longer than a schema's name may be (${maxNameLength} characters)`,
      'Only databases with shorter names can be migrated.',
    ),
  ]);
};
