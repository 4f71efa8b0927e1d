import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { splitStatements } from '../../src/plan/alter-statement.js';
import { testDatabase, type TestDatabase } from './database.js';
import { debianEnvironment, debianPackages } from './debian-packages.js';
import type { TestServer } from './server.js';

/** Debian's OpenStack services, with everything that their migration commands need. */
const packages = ['python3-neutron', 'python3-glance', 'python3-keystone', 'python3-pymysql', 'python3-alembic'];

/** The environment in which `python` runs the services' own code. */
export interface OpenStack {
  readonly python: string;
  readonly environment: Readonly<Record<string, string>>;
}

export async function openStack(): Promise<OpenStack> {
  const root = await debianPackages('openstack', packages);
  const { PATH, LD_LIBRARY_PATH } = debianEnvironment(root);
  const environment = {
    PATH: PATH ?? '',
    LD_LIBRARY_PATH: LD_LIBRARY_PATH ?? '',
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONPATH: join(root, 'usr/lib/python3/dist-packages'),
  };
  // Debian's modules fit Debian's interpreter only, whatever comes first on the PATH.
  const installed = '/usr/bin/python3';
  if (existsSync(installed)) return { python: installed, environment };
  const own = readdirSync(join(root, 'usr/bin')).find((name) => /^python3\.\d+$/.test(name));
  if (own === undefined) throw new Error(`there is no python3 on this machine, and none in ${root}`);
  return { python: join(root, 'usr/bin', own), environment: { ...environment, PYTHONHOME: join(root, 'usr') } };
}

/** Loads the dump of a service's database as its own tools made it. */
export async function loadSchema(database: TestDatabase, name: string): Promise<void> {
  const file = new URL(`../openstack/schemas/${name}.sql`, import.meta.url);
  for (const statement of splitStatements(await readFile(file, 'utf8'))) await database.query(statement);
}

/** A database as Neutron's Ocata made it, without rows. */
export async function ocata(server?: TestServer): Promise<TestDatabase> {
  const made = await testDatabase(server);
  await made.query(`ALTER DATABASE ${made.name} CHARACTER SET utf8mb3`);
  await loadSchema(made, 'neutron-ocata');
  // The heads of Ocata's two branches.
  await made.query("INSERT INTO alembic_version VALUES ('a9c43481023c'), ('5c85685d616d')");
  return made;
}

/** `neutron-db-manage upgrade heads`, as its package would start it. */
export function neutronDbManage({ python, environment }: OpenStack): string {
  const variables = Object.entries(environment).map(([name, value]) => `${name}='${value}'`);
  const url = 'mysql+pymysql://${TIDEOVER_SHADOW_URL#mysql://}';
  return `${variables.join(' ')} ${python} -c 'from neutron.db.migration.cli import main; main()' --database-connection "${url}" upgrade heads`;
}

/** Tables that the command reads or writes rows of. */
export const neutronDataSteps = [
  'address_scopes',
  'networkdhcpagentbindings',
  'networks',
  'ports',
  'quotas',
  'subnetpools',
];
