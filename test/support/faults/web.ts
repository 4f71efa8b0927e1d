import type { SyncPoint } from '../../../src/migration/points.js';
import { foreignKey, own, reference, table, type Web } from '../ledger/webs/web.js';

const cascading = ['CASCADE', 'CASCADE'] as const;

/** Two tables to be migrated, with a foreign key between them, one above them and one below, which stay: so the cutover has every kind of session that there is. */
const tied: Web = {
  name: 'tied',
  tables: [
    table('region', [own('id')], { share: 0.2 }),
    table('network', [own('id'), reference('region_id')]),
    table('port', [own('id'), reference('network_id')], { autoIncrement: true }),
    table('lease', [own('id'), reference('port_id')], { share: 0.5 }),
  ],
  foreignKeys: [
    foreignKey('network_in_region', 'network(region_id) -> region(id)', ...cascading),
    foreignKey('port_in_network', 'port(network_id) -> network(id)', ...cascading),
    foreignKey('lease_of_port', 'lease(port_id) -> port(id)', ...cascading),
  ],
  migrations: [['network', 'port']],
};

/** The two alone. */
const alone: Web = {
  name: 'alone',
  tables: [table('network', [own('id')]), table('port', [own('id'), reference('network_id')], { autoIncrement: true })],
  foreignKeys: [foreignKey('port_in_network', 'port(network_id) -> network(id)', ...cascading)],
  migrations: tied.migrations,
};

export const migrated = tied.migrations[0]!;

/**
 * From the RENAME until its foreign key is re-pointed, a table below refers to the retired ones. When the engine's sessions die in between the service can write, and
 * what it could do then is told (`cutover-web-deaths.test.ts`): no ledger can be equal. There the two tables are alone.
 */
const untied: readonly SyncPoint[] = [
  'cutover:sentry-dropped',
  'cutover:renamed',
  'cutover:detached',
  'cutover:rewiring',
];

export function webAt(point: SyncPoint): Web {
  return untied.includes(point) ? alone : tied;
}
