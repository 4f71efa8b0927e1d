import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { Server } from '../../src/db/server.js';
import { changeOf } from '../../src/migration/change-options.js';
import { readContent } from '../../src/plan/database-clone.js';
import { makePlan } from '../../src/plan/make-plan.js';
import { runToolCommand } from '../../src/plan/run-command.js';
import { orderedStructure } from '../../src/schema/structure-text.js';
import type { TestDatabase } from '../support/database.js';
import { neutronDataSteps, neutronDbManage, ocata, openStack, type OpenStack } from '../support/openstack.js';

/** Neutron's whole database from Ocata to Zed, by its own command. */

let services: OpenStack;
let database: TestDatabase;
/** The same database, changed by the command itself. */
let control: TestDatabase;

beforeAll(async () => {
  services = await openStack();
});
beforeEach(async () => {
  database = await ocata();
  control = await ocata();
});
afterEach(async () => {
  await database.drop();
  await control.drop();
});

test('the plan is what the command makes of the database itself', async () => {
  const command = neutronDbManage(services);
  const server = new Server(database.settings);
  const planned = (more: object) =>
    makePlan(server, { database: database.name, change: changeOf({ command, ...more }) });
  const strict = await planned({});
  expect(strict.refusals.map(({ code }) => code)).toEqual(neutronDataSteps.map(() => 'data-step'));
  expect(strict.plan.origin.dataSteps.flatMap(({ tables }) => tables).sort()).toEqual(neutronDataSteps);

  const { plan, refusals } = await planned({ maps: ['networks.mtu=1500'], acceptDataSteps: neutronDataSteps });
  expect(refusals).toEqual([]);
  expect(plan.tables.find(({ table }) => table === 'networkrbacs')!.renames).toEqual({
    target_tenant: 'target_project',
  });
  expect(plan.moves.filter(({ kind }) => kind === 'dropped').map(({ table }) => table)).toEqual(['portbindingports']);

  const { host, port, user, password } = control.settings;
  const address = { host, port, user, password, schema: control.name };
  await runToolCommand(command, address, new AbortController().signal);
  const session = await server.connect('a test');
  const [before, after] = [await readContent(session, database.name), await readContent(session, control.name)];
  expect(await session.query(`SELECT version_num FROM ${control.name}.alembic_version`)).toHaveLength(2);
  await session.close();
  const outcome = new Map(before.tables);
  for (const { table, shadow } of plan.tables) outcome.set(table, shadow.createSql);
  for (const { table, createSql } of plan.origin.moved) {
    if (createSql === null) outcome.delete(table);
    else outcome.set(table, createSql);
  }
  const ordered = (tables: ReadonlyMap<string, string>): object =>
    Object.fromEntries([...tables].map(([table, createSql]) => [table, orderedStructure(createSql)]));
  expect(ordered(outcome)).toEqual(ordered(after.tables));
  expect(plan.hash).toBe((await planned({ maps: ['networks.mtu=1500'], acceptDataSteps: neutronDataSteps })).plan.hash);
  expect(plan.origin.untouched + plan.tables.length + plan.moves.length).toBe(
    new Set([...before.tables.keys(), ...after.tables.keys()]).size,
  );
});
