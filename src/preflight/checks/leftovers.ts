import type { Refusal } from '../../plan/plan.js';
import { tableNames } from '../../schema/introspect.js';
import { retiredSchemaOf, shadowSchemaOf } from '../../schema/names.js';
import { plannedTables, serverRefusal, type Check } from '../context.js';

/** Names to show of a schema's tables. */
const shown = 5;

/** Tables of an earlier run would be in the way. Those of the run that is continued belong there. */
export const leftovers: Check = async ({ session, plan, resuming }) => {
  if (resuming) return [];
  const refusals: Refusal[] = [];
  const shadow = shadowSchemaOf(plan.database);
  const built = await tableNames(session, shadow);
  if (built.length > 0) {
    refusals.push(
      serverRefusal(
        'leftover-shadow',
        `${shadow} holds tables already: ${listOf(built)}`,
        'Run "tideover cleanup", or drop the schema.',
      ),
    );
  }
  const retired = retiredSchemaOf(plan.database);
  const planned = plannedTables(plan);
  const colliding = (await tableNames(session, retired)).filter((table) => planned.includes(table));
  if (colliding.length > 0) {
    refusals.push(
      serverRefusal(
        'leftover-retired',
        `${retired} holds tables of an earlier migration under the same names: ${listOf(colliding)}`,
        'When they are not needed any more, run "tideover cleanup" or drop them.',
      ),
    );
  }
  return refusals;
};

function listOf(names: readonly string[]): string {
  const more = names.length - shown;
  return `${names.slice(0, shown).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
