import { retiredSchemaOf, shadowSchemaOf } from '../../schema/names.js';
import { serverRefusal, type Check } from '../context.js';

/** Characters that a schema's name may have. */
const maxNameLength = 64;

export const schemaNames: Check = ({ plan }) => {
  const tooLong = [shadowSchemaOf(plan.database), retiredSchemaOf(plan.database)].filter(
    (name) => name.length > maxNameLength,
  );
  const refusals = tooLong.map((name) =>
    serverRefusal(
      'name-too-long',
      `the schema ${name} would have a name of more than ${maxNameLength} characters`,
      'Only databases with shorter names can be migrated.',
    ),
  );
  return Promise.resolve(refusals);
};
