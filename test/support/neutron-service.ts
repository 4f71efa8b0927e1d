import { setTimeout as delay } from 'node:timers/promises';
import { ServerError } from '../../src/db/server-error.js';
import type { Session } from '../../src/db/session.js';
import type { TestDatabase } from './database.js';
import { Random } from './ledger/random.js';
import { withSession } from './sessions.js';
import { until } from './until.js';

/** A Neutron of this many networks, each with a subnet and a segment, and of this many ports with all that belongs to them. */
export interface Extent {
  readonly networks: number;
  readonly ports: number;
}

/** An id as SQL, of a number as SQL. */
const uuid = (kind: string, number: string): string => `CONCAT('${kind}-', LPAD(${number}, 30, '0'))`;
const groups = 200;
const agents = 50;
const ipv4 = (number: string): string => `INET_NTOA(167772160 + ${number})`;

/** Standard attributes are numbered through: each kind of resource has its own range. */
const attributeOf = { network: 0, subnet: 10_000_000, segment: 20_000_000, port: 30_000_000, group: 40_000_000 };
/** What writers make is above everything that was there. */
const firstWritten = 1_000_000;

/** Fills the database as Ocata left it. */
export async function fillNeutron(database: TestDatabase, { networks, ports }: Extent): Promise<void> {
  const attributes = (kind: keyof typeof attributeOf, type: string, count: number): string =>
    `INSERT INTO standardattributes (id, resource_type, created_at, updated_at) SELECT ${attributeOf[kind]} + seq, '${type}', '2017-03-01', '2017-03-01' FROM mysql.seq_1_to_${count}`;
  const network = uuid('net', 'seq');
  const port = uuid('prt', 'seq');
  const itsNetwork = uuid('net', `1 + seq % ${networks}`);
  const itsSubnet = uuid('sub', `1 + seq % ${networks}`);
  const host = `CONCAT('host', seq % ${agents})`;
  const project = "CONCAT('project', seq % 100)";
  const fromNetworks = `FROM mysql.seq_1_to_${networks}`;
  const fromPorts = `FROM mysql.seq_1_to_${ports}`;
  const statements = [
    'SET SESSION foreign_key_checks = 0, unique_checks = 0',
    attributes('network', 'networks', networks),
    attributes('subnet', 'subnets', networks),
    attributes('segment', 'networksegments', networks),
    attributes('port', 'ports', ports),
    attributes('group', 'securitygroups', groups),
    `INSERT INTO networks (project_id, id, name, status, admin_state_up, standard_attr_id) SELECT ${project}, ${network}, CONCAT('network ', seq), 'ACTIVE', 1, ${attributeOf.network} + seq ${fromNetworks}`,
    `INSERT INTO networksecuritybindings SELECT ${network}, 1 ${fromNetworks}`,
    `INSERT INTO networksegments (id, network_id, network_type, physical_network, segmentation_id, standard_attr_id) SELECT ${uuid('seg', 'seq')}, ${network}, 'vxlan', NULL, seq, ${attributeOf.segment} + seq ${fromNetworks}`,
    `INSERT INTO subnets (project_id, id, name, network_id, ip_version, cidr, gateway_ip, enable_dhcp, standard_attr_id) SELECT ${project}, ${uuid('sub', 'seq')}, CONCAT('subnet ', seq), ${network}, 4, '10.0.0.0/8', '10.0.0.1', 1, ${attributeOf.subnet} + seq ${fromNetworks}`,
    `INSERT INTO dnsnameservers (address, subnet_id) SELECT '10.0.0.2', ${uuid('sub', 'seq')} ${fromNetworks}`,
    `INSERT INTO ipamsubnets SELECT ${uuid('ipm', 'seq')}, ${uuid('sub', 'seq')} ${fromNetworks}`,
    `INSERT INTO agents (id, agent_type, \`binary\`, topic, host, created_at, started_at, heartbeat_timestamp, configurations) SELECT ${uuid('agt', 'seq')}, 'DHCP agent', 'neutron-dhcp-agent', 'dhcp_agent', CONCAT('host', seq), '2017-03-01', '2017-03-01', '2017-03-01', '{}' FROM mysql.seq_1_to_${agents}`,
    `INSERT INTO networkdhcpagentbindings SELECT ${network}, ${uuid('agt', `1 + seq % ${agents}`)} ${fromNetworks}`,
    `INSERT INTO securitygroups SELECT ${project}, ${uuid('sgr', 'seq')}, 'default', ${attributeOf.group} + seq FROM mysql.seq_1_to_${groups}`,
    `INSERT INTO quotas SELECT ${uuid('quo', 'seq')}, CONCAT('project', seq), 'port', 1000 FROM mysql.seq_1_to_100`,
    "INSERT INTO quotausages (project_id, resource) SELECT CONCAT('project', seq), 'port' FROM mysql.seq_0_to_99",
    "INSERT INTO ml2_vlan_allocations SELECT 'physnet1', seq, 0 FROM mysql.seq_1_to_4094",
    `INSERT INTO ports (project_id, id, name, network_id, mac_address, admin_state_up, status, device_id, device_owner, standard_attr_id) SELECT ${project}, ${port}, CONCAT('port ', seq), ${itsNetwork}, CONCAT('fa:16:', seq), 1, 'ACTIVE', CONCAT('vm', seq), 'compute:nova', ${attributeOf.port} + seq ${fromPorts}`,
    `INSERT INTO ipallocations SELECT ${port}, ${ipv4('seq')}, ${itsSubnet}, ${itsNetwork} ${fromPorts}`,
    `INSERT INTO ipamallocations SELECT ${ipv4('seq')}, 'ALLOCATED', ${uuid('ipm', `1 + seq % ${networks}`)} ${fromPorts}`,
    `INSERT INTO ml2_port_bindings (port_id, host, vif_type) SELECT ${port}, ${host}, 'ovs' ${fromPorts}`,
    `INSERT INTO ml2_port_binding_levels SELECT ${port}, ${host}, 0, 'openvswitch', ${uuid('seg', `1 + seq % ${networks}`)} ${fromPorts}`,
    `INSERT INTO portsecuritybindings SELECT ${port}, 1 ${fromPorts}`,
    `INSERT INTO securitygroupportbindings SELECT ${port}, ${uuid('sgr', `1 + seq % ${groups}`)} ${fromPorts}`,
    `INSERT INTO allowedaddresspairs SELECT ${port}, CONCAT('fa:16:', seq), '10.9.9.9' ${fromPorts} WHERE seq % 4 = 0`,
    `INSERT INTO extradhcpopts SELECT ${uuid('opt', 'seq')}, ${port}, 'mtu', '1400', 4 ${fromPorts} WHERE seq % 4 = 1`,
    'SET SESSION foreign_key_checks = 1, unique_checks = 1',
  ];
  for (const statement of statements) await database.query(statement);
}

/** What the service has been told that it is done, in each writer's order. */
export interface Acknowledged {
  /** One list of transactions per writer, each a list of statements. Writers never touch each other's rows, but for counters. */
  readonly logs: readonly (readonly (readonly string[])[])[];
  readonly deadlocks: number;
  /** Of all transactions and reads that ended in the time asked for; ms. */
  longest(kind: 'write' | 'read', from: number, to: number): number;
}

interface Timed {
  readonly kind: 'write' | 'read';
  readonly from: number;
  readonly to: number;
}

/** Writers that do what Neutron does to twenty tables, in statements that both releases understand, and readers of ports. */
export class NeutronService {
  readonly #database: TestDatabase;
  readonly #extent: Extent;
  readonly #logs: string[][][];
  readonly #timed: Timed[] = [];
  readonly #working: Promise<unknown>;
  #deadlocks = 0;
  #acknowledged = 0;
  #stopped = false;

  constructor(database: TestDatabase, extent: Extent, options: { writers: number; seed: string }) {
    this.#database = database;
    this.#extent = extent;
    this.#logs = Array.from({ length: options.writers }, () => []);
    const writers = this.#logs.map((log, i) => this.#write(log, i, new Random(`${options.seed}/${i}`)));
    this.#working = Promise.all([...writers, this.#read(new Random(`${options.seed}/reader`))]);
    // Reported by stop().
    this.#working.catch(() => undefined);
  }

  /** Resolves when so many more transactions were acknowledged; rejects when the service has failed. */
  async progress(transactions: number): Promise<void> {
    const goal = this.#acknowledged + transactions;
    const ended = this.#working.then(() => {
      throw new Error('the service was stopped');
    });
    await Promise.race([until(() => this.#acknowledged >= goal), ended]);
  }

  async stop(): Promise<Acknowledged> {
    this.#stopped = true;
    await this.#working;
    return {
      logs: this.#logs,
      deadlocks: this.#deadlocks,
      longest: (kind, from, to) =>
        Math.max(
          0,
          ...this.#timed
            .filter((one) => one.kind === kind && one.to >= from && one.from <= to)
            .map((one) => one.to - one.from),
        ),
    };
  }

  async #write(log: string[][], writer: number, random: Random): Promise<void> {
    const tenant = new Tenant(writer, this.#extent, random);
    await withSession(this.#database, async (session) => {
      while (!this.#stopped) {
        const transaction = tenant.next();
        const from = Date.now();
        while (!(await this.#committed(session, transaction))) this.#deadlocks += 1;
        this.#timed.push({ kind: 'write', from, to: Date.now() });
        log.push(transaction);
        this.#acknowledged += 1;
        await delay(random.below(20));
      }
    });
  }

  /** False when the server has chosen it as the victim of a deadlock: the service begins it again, as oslo.db does. */
  async #committed(session: Session, transaction: readonly string[]): Promise<boolean> {
    try {
      for (const statement of ['BEGIN', ...transaction, 'COMMIT']) await session.execute(statement);
      return true;
    } catch (error) {
      if (!(error instanceof ServerError) || error.errno !== 1213) throw error;
      await session.execute('ROLLBACK');
      return false;
    }
  }

  async #read(random: Random): Promise<void> {
    await withSession(this.#database, async (session) => {
      while (!this.#stopped) {
        const id = uuid('prt', String(1 + random.below(this.#extent.ports)));
        const from = Date.now();
        await session.query(
          `SELECT p.name, n.name FROM ports p JOIN networks n ON n.id = p.network_id JOIN ml2_port_bindings b ON b.port_id = p.id WHERE p.id = ${id}`,
        );
        this.#timed.push({ kind: 'read', from, to: Date.now() });
        await delay(5);
      }
    });
  }
}

/** One writer's resources: those it has made, and its share of those that were there. */
class Tenant {
  readonly #writer: number;
  readonly #extent: Extent;
  readonly #random: Random;
  readonly #networks: number[] = [];
  readonly #ports = new Map<number, number>();
  #made = 0;

  constructor(writer: number, extent: Extent, random: Random) {
    this.#writer = writer;
    this.#extent = extent;
    this.#random = random;
  }

  /** The statements of the next transaction. */
  next(): string[] {
    const kind = this.#random.below(12);
    if (kind === 0 || this.#networks.length === 0) return this.#createNetwork();
    if (kind <= 4 || this.#ports.size === 0) return this.#createPort();
    if (kind <= 6) return this.#updatePort();
    if (kind === 7) return this.#deletePort();
    if (kind === 8) return this.#deleteNetwork();
    if (kind === 9) return this.#heartbeat();
    if (kind === 10) return this.#tagOldNetwork();
    return this.#updateOldPort();
  }

  /** Numbers of this writer's own among all that writers make. */
  #number(): number {
    this.#made += 1;
    return firstWritten + this.#writer * 100_000 + this.#made;
  }

  #createNetwork(): string[] {
    const n = this.#number();
    this.#networks.push(n);
    const [id, subnet] = [uuid('net', String(n)), uuid('sub', String(n))];
    return [
      ...this.#attributes(n, 'network', 'subnet', 'segment'),
      `INSERT INTO networks (project_id, id, name, status, admin_state_up, standard_attr_id) VALUES ('project${this.#writer}', ${id}, 'new ${n}', 'ACTIVE', 1, ${attributeOf.network + n})`,
      `INSERT INTO networksecuritybindings (network_id, port_security_enabled) VALUES (${id}, 1)`,
      `INSERT INTO networksegments (id, network_id, network_type, segmentation_id, standard_attr_id) VALUES (${uuid('seg', String(n))}, ${id}, 'vxlan', ${n}, ${attributeOf.segment + n})`,
      `INSERT INTO subnets (id, name, network_id, ip_version, cidr, standard_attr_id) VALUES (${subnet}, 'new ${n}', ${id}, 4, '10.0.0.0/8', ${attributeOf.subnet + n})`,
      `INSERT INTO dnsnameservers (address, subnet_id) VALUES ('10.0.0.3', ${subnet})`,
      `INSERT INTO ipamsubnets (id, neutron_subnet_id) VALUES (${uuid('ipm', String(n))}, ${subnet})`,
      `INSERT INTO networkdhcpagentbindings (network_id, dhcp_agent_id) VALUES (${id}, ${uuid('agt', String(1 + (n % agents)))})`,
    ];
  }

  #attributes(n: number, ...kinds: (keyof typeof attributeOf)[]): string[] {
    const rows = kinds.map((kind) => `(${attributeOf[kind] + n}, '${kind}s', '2026-11-26', '2026-11-26')`);
    return [`INSERT INTO standardattributes (id, resource_type, created_at, updated_at) VALUES ${rows.join(', ')}`];
  }

  #createPort(): string[] {
    const n = this.#number();
    const network = this.#random.pick(this.#networks);
    this.#ports.set(n, network);
    const id = uuid('prt', String(n));
    return [
      ...this.#attributes(n, 'port'),
      `INSERT INTO ports (project_id, id, name, network_id, mac_address, admin_state_up, status, device_id, device_owner, standard_attr_id) VALUES ('project${this.#writer}', ${id}, 'new ${n}', ${uuid('net', String(network))}, 'fa:${n}', 1, 'DOWN', 'vm${n}', 'compute:nova', ${attributeOf.port + n})`,
      `INSERT INTO ipallocations (port_id, ip_address, subnet_id, network_id) VALUES (${id}, ${ipv4(String(n))}, ${uuid('sub', String(network))}, ${uuid('net', String(network))})`,
      `INSERT INTO ipamallocations (ip_address, status, ipam_subnet_id) VALUES (${ipv4(String(n))}, 'ALLOCATED', ${uuid('ipm', String(network))})`,
      `INSERT INTO ml2_port_bindings (port_id, host, vif_type) VALUES (${id}, 'host1', 'unbound')`,
      `INSERT INTO ml2_port_binding_levels (port_id, host, level, driver, segment_id) VALUES (${id}, 'host1', 0, 'openvswitch', ${uuid('seg', String(network))})`,
      `INSERT INTO portsecuritybindings (port_id, port_security_enabled) VALUES (${id}, 1)`,
      `INSERT INTO securitygroupportbindings (port_id, security_group_id) VALUES (${id}, ${uuid('sgr', String(1 + (n % groups)))})`,
      `INSERT INTO extradhcpopts (id, port_id, opt_name, opt_value) VALUES (${uuid('opt', String(n))}, ${id}, 'mtu', '1400')`,
      `INSERT INTO allowedaddresspairs (port_id, mac_address, ip_address) VALUES (${id}, 'fa:${n}', '10.1.1.1')`,
      `INSERT INTO provisioningblocks (standard_attr_id, entity) VALUES (${attributeOf.port + n}, 'L2')`,
      `UPDATE quotausages SET in_use = in_use + 1 WHERE project_id = 'project${this.#writer}' AND resource = 'port'`,
    ];
  }

  #updatePort(): string[] {
    const n = this.#random.pick([...this.#ports.keys()]);
    return [
      `UPDATE ports SET status = 'ACTIVE', name = 'changed ${this.#random.below(1000)}' WHERE id = ${uuid('prt', String(n))}`,
      `UPDATE ml2_port_bindings SET vif_type = 'ovs' WHERE port_id = ${uuid('prt', String(n))}`,
      `DELETE FROM provisioningblocks WHERE standard_attr_id = ${attributeOf.port + n}`,
      `UPDATE standardattributes SET revision_number = revision_number + 1 WHERE id = ${attributeOf.port + n}`,
    ];
  }

  /** One DELETE, and InnoDB removes what belongs to the port from ten tables. */
  #deletePort(): string[] {
    const n = this.#random.pick([...this.#ports.keys()]);
    const network = this.#ports.get(n)!;
    this.#ports.delete(n);
    return [
      `DELETE FROM standardattributes WHERE id = ${attributeOf.port + n}`,
      `DELETE FROM ipamallocations WHERE ip_address = ${ipv4(String(n))} AND ipam_subnet_id = ${uuid('ipm', String(network))}`,
      `UPDATE quotausages SET in_use = in_use - 1 WHERE project_id = 'project${this.#writer}' AND resource = 'port'`,
    ];
  }

  #deleteNetwork(): string[] {
    const n = this.#random.pick(this.#networks);
    this.#networks.splice(this.#networks.indexOf(n), 1);
    const ports = [...this.#ports].filter(([, network]) => network === n).map(([port]) => port);
    for (const port of ports) this.#ports.delete(port);
    return [
      ...(ports.length === 0
        ? []
        : [`DELETE FROM standardattributes WHERE id IN (${ports.map((port) => attributeOf.port + port).join(', ')})`]),
      `DELETE FROM ipamsubnets WHERE id = ${uuid('ipm', String(n))}`,
      `DELETE FROM standardattributes WHERE id IN (${attributeOf.subnet + n}, ${attributeOf.segment + n})`,
      `DELETE FROM networks WHERE id = ${uuid('net', String(n))}`,
      `DELETE FROM standardattributes WHERE id = ${attributeOf.network + n}`,
    ];
  }

  #heartbeat(): string[] {
    const vlan = 1 + this.#writer * 200 + this.#random.below(200);
    return [
      `UPDATE agents SET \`load\` = \`load\` + 1 WHERE id = ${uuid('agt', String(1 + this.#writer))}`,
      `UPDATE ml2_vlan_allocations SET allocated = 1 - allocated WHERE vlan_id = ${vlan}`,
    ];
  }

  /** Rows that were there before: of the writer's own share. */
  #old(count: number): number {
    return 1 + this.#writer + 64 * this.#random.below(Math.floor((count - this.#writer) / 64));
  }

  #tagOldNetwork(): string[] {
    const n = this.#old(this.#extent.networks);
    return [
      `INSERT IGNORE INTO tags (standard_attr_id, tag) VALUES (${attributeOf.network + n}, 'tag ${this.#random.below(3)}')`,
      `UPDATE networks SET name = 'renamed ${this.#random.below(1000)}' WHERE id = ${uuid('net', String(n))}`,
    ];
  }

  #updateOldPort(): string[] {
    const n = this.#old(this.#extent.ports);
    return this.#random.below(3) > 0
      ? [
          `UPDATE ports SET name = 'renamed ${this.#random.below(1000)}' WHERE id = ${uuid('prt', String(n))}`,
          `UPDATE ml2_port_bindings SET profile = '{}' WHERE port_id = ${uuid('prt', String(n))}`,
        ]
      : [`DELETE FROM standardattributes WHERE id = ${attributeOf.port + n}`];
  }
}
