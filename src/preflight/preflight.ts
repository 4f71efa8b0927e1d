import { ServerError, codeOf } from '../db/server-error.js';
import type { Refusal } from '../plan/plan.js';
import { accountGrants } from './checks/account-grants.js';
import { binlogFilter } from './checks/binlog-filter.js';
import { binlogSettings } from './checks/binlog-settings.js';
import { connections } from './checks/connections.js';
import { checkConstraints } from './checks/check-constraints.js';
import { conversions } from './checks/conversions.js';
import { definers } from './checks/definers.js';
import { diskSpace } from './checks/disk-space.js';
import { duplicates } from './checks/duplicates.js';
import { galera } from './checks/galera.js';
import { leftovers } from './checks/leftovers.js';
import { newColumnDefaults } from './checks/new-column-defaults.js';
import { orphans } from './checks/orphans.js';
import { partitions } from './checks/partitions.js';
import { preparedXa } from './checks/prepared-xa.js';
import { privileges } from './checks/privileges.js';
import { readOnly } from './checks/read-only.js';
import { schemaNames } from './checks/schema-names.js';
import { serverVersion } from './checks/server-version.js';
import { storedPrograms } from './checks/stored-programs.js';
import { tableEngine } from './checks/table-engine.js';
import { triggers } from './checks/triggers.js';
import { valuesFit } from './checks/values-fit.js';
import { views } from './checks/views.js';
import type { Check, PreflightContext } from './context.js';

/** Rules in the order in which an operator would look into them: the server, the user, the tables, the rows. */
const checks: readonly Check[] = [
  serverVersion,
  binlogSettings,
  binlogFilter,
  readOnly,
  galera,
  connections,
  privileges,
  schemaNames,
  leftovers,
  preparedXa,
  tableEngine,
  triggers,
  views,
  storedPrograms,
  definers,
  accountGrants,
  conversions,
  newColumnDefaults,
  diskSpace,
  valuesFit,
  partitions,
  duplicates,
  checkConstraints,
  orphans,
];

/**
 * Runs every rule and returns all refusals at once; those of `makePlan` (unknown tables, no usable key, ambiguous columns) are not among them.
 * Throws only ServerErrors that are no matter of the rule: a lost connection, a server that is shutting down.
 */
export async function preflight(context: PreflightContext): Promise<Refusal[]> {
  const refusals: Refusal[] = [];
  for (const check of checks) {
    for (const refusal of await runCheck(check, context)) refusals.push(refusal);
  }
  return withoutRepetition(refusals);
}

/** A rule that may not look is a missing privilege, not a failure. */
async function runCheck(check: Check, context: PreflightContext): Promise<readonly Refusal[]> {
  try {
    return await check(context);
  } catch (error) {
    if (!(error instanceof ServerError) || codeOf(error) !== 'access-denied') throw error;
    return [
      {
        code: 'missing-privileges',
        table: null,
        message: `a check was not allowed: ${error.message}`,
        remedy: 'Grant what the message names.',
      },
    ];
  }
}

function withoutRepetition(refusals: readonly Refusal[]): Refusal[] {
  const seen = new Map(refusals.map((refusal) => [JSON.stringify(refusal), refusal]));
  return [...seen.values()];
}
