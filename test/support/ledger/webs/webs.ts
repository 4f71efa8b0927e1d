import {
  foreignKey,
  line,
  nameReference,
  nullable,
  own,
  ownName,
  reference,
  table,
  type Web,
  type WebForeignKey,
  type WebTable,
} from './web.js';

function web(
  name: string,
  tables: readonly WebTable[],
  foreignKeys: readonly WebForeignKey[],
  migrations: readonly string[],
): Web {
  return {
    name,
    tables,
    foreignKeys,
    migrations: [tables.map((table) => table.name), ...migrations.map((set) => set.split(', '))],
  };
}

const chain = web(
  'chain',
  [
    table('project', [own('id')]),
    table('network', [own('id'), reference('project_id')]),
    table('subnet', [own('id'), reference('network_id')]),
    table('lease', [own('id'), reference('subnet_id')]),
  ],
  [
    foreignKey('network_in_project', 'network(project_id) -> project(id)', 'CASCADE', 'CASCADE'),
    foreignKey('subnet_in_network', 'subnet(network_id) -> network(id)', 'CASCADE', 'CASCADE'),
    foreignKey('lease_in_subnet', 'lease(subnet_id) -> subnet(id)', 'CASCADE', 'CASCADE'),
  ],
  ['network, subnet, lease', 'project', 'network', 'network, subnet', 'project, subnet', 'lease', 'project, lease'],
);

/** Where a row has a child that restricts, its parent cannot go: few have one. */
const rare = 0.08;

const star = web(
  'star',
  [
    table('router', [own('id')]),
    table('route', [own('id'), reference('router_id')]),
    table('gateway', [own('id'), nullable(reference('router_id'))]),
    table('backup', [own('id'), nullable(reference('router_id'))]),
    table('alarm', [own('id'), nullable(reference('router_id'))]),
    table('claim', [own('id'), reference('router_id')], { share: rare }),
    table('audit', [own('id'), nullable(reference('router_id'))], { share: rare }),
    table('quota', [own('id'), reference('router_id')], { share: rare }),
  ],
  [
    foreignKey('route_of', 'route(router_id) -> router(id)', 'CASCADE', 'CASCADE'),
    foreignKey('gateway_of', 'gateway(router_id) -> router(id)', 'SET NULL', 'SET NULL'),
    foreignKey('backup_of', 'backup(router_id) -> router(id)', 'SET NULL', 'CASCADE'),
    foreignKey('alarm_of', 'alarm(router_id) -> router(id)', 'CASCADE', 'SET NULL'),
    foreignKey('claim_of', 'claim(router_id) -> router(id)', 'RESTRICT', 'RESTRICT'),
    foreignKey('audit_of', 'audit(router_id) -> router(id)', 'NO ACTION', 'CASCADE'),
    foreignKey('quota_of', 'quota(router_id) -> router(id)', 'CASCADE', 'NO ACTION'),
  ],
  [
    'route, gateway, backup, alarm, claim, audit, quota',
    'router',
    'router, gateway, claim',
    'gateway, alarm',
    'route, backup, audit',
    'claim, quota',
  ],
);

const tree = web(
  'tree',
  [
    table('folder', [own('id'), nullable(reference('parent_id'))]),
    table('remark', [own('id'), nullable(reference('answers_id')), reference('folder_id')]),
    table('genus', [own('id'), nullable(reference('parent_id'))], { share: 0.5 }),
    table('grade', [own('id'), nullable(reference('below_id')), nullable(reference('genus_id'))], { share: 0.5 }),
  ],
  [
    foreignKey('folder_in_folder', 'folder(parent_id) -> folder(id)', 'CASCADE', 'CASCADE'),
    foreignKey('remark_answers', 'remark(answers_id) -> remark(id)', 'SET NULL', 'SET NULL'),
    foreignKey('remark_in_folder', 'remark(folder_id) -> folder(id)', 'CASCADE', 'CASCADE'),
    foreignKey('genus_in_genus', 'genus(parent_id) -> genus(id)', 'RESTRICT', 'RESTRICT'),
    foreignKey('grade_below', 'grade(below_id) -> grade(id)', 'NO ACTION', 'NO ACTION'),
    foreignKey('grade_of_genus', 'grade(genus_id) -> genus(id)', 'SET NULL', 'CASCADE'),
  ],
  ['folder', 'remark', 'folder, genus', 'remark, grade', 'genus', 'grade'],
);

const cycle = web(
  'cycle',
  [
    table('team', [own('id'), nullable(reference('lead_id'))]),
    table('person', [own('id'), nullable(reference('team_id'))]),
    table('badge', [own('id'), reference('person_id'), nullable(reference('team_id'))]),
  ],
  [
    foreignKey('lead_of_team', 'team(lead_id) -> person(id)', 'SET NULL', 'CASCADE'),
    foreignKey('person_in_team', 'person(team_id) -> team(id)', 'CASCADE', 'CASCADE'),
    foreignKey('badge_of_person', 'badge(person_id) -> person(id)', 'CASCADE', 'CASCADE'),
    foreignKey('badge_of_team', 'badge(team_id) -> team(id)', 'SET NULL', 'SET NULL'),
  ],
  ['team', 'person', 'badge', 'team, badge', 'person, badge'],
);

/** Keys of several columns, and keys that begin with a parent's. */
const composite = web(
  'composite',
  [
    table('site', [line('zone'), own('code')], { key: ['zone', 'code'] }),
    table('rack', [own('id'), nullable(reference('zone')), nullable(reference('code'))]),
    table('camera', [own('id'), nullable(reference('site_code')), nullable(reference('site_zone'))]),
    table('purchase', [own('id')]),
    table('item', [reference('purchase_id'), line('line_no')], { key: ['purchase_id', 'line_no'] }),
    table('shipment', [own('id'), nullable(reference('purchase_id')), nullable(reference('line_no'))]),
    table('parcel', [reference('purchase_id'), reference('line_no'), line('part')], {
      key: ['purchase_id', 'line_no', 'part'],
    }),
  ],
  [
    foreignKey('rack_on_site', 'rack(zone, code) -> site(zone, code)', 'CASCADE', 'CASCADE'),
    foreignKey('camera_on_site', 'camera(site_zone, site_code) -> site(zone, code)', 'SET NULL', 'SET NULL'),
    foreignKey('item_of', 'item(purchase_id) -> purchase(id)', 'CASCADE', 'CASCADE'),
    foreignKey('shipment_of', 'shipment(purchase_id, line_no) -> item(purchase_id, line_no)', 'SET NULL', 'CASCADE'),
    foreignKey('parcel_of', 'parcel(purchase_id, line_no) -> item(purchase_id, line_no)', 'CASCADE', 'CASCADE'),
  ],
  [
    'site, item',
    'rack, camera, item, parcel',
    'site, purchase',
    'shipment, parcel, camera',
    'item',
    'purchase, parcel, rack',
  ],
);

/** Parents found by another key than the primary one, by names whose case does not matter, and twice by the same child. */
const names = web(
  'names',
  [
    table('account', [own('id'), ownName('email')], { uniques: [['email']], autoIncrement: true }),
    table('visit', [own('id'), nameReference('email')]),
    table('invitation', [own('id'), nullable(nameReference('email'))]),
    table('label', [ownName('name')]),
    table('tagging', [own('id'), nameReference('label'), nullable(nameReference('former'))]),
    table('favourite', [nameReference('label'), line('rank_no')], { key: ['label', 'rank_no'] }),
  ],
  [
    foreignKey('visit_of', 'visit(email) -> account(email)', 'CASCADE', 'CASCADE'),
    foreignKey('invitation_of', 'invitation(email) -> account(email)', 'SET NULL', 'SET NULL'),
    foreignKey('tagging_with', 'tagging(label) -> label(name)', 'CASCADE', 'CASCADE'),
    foreignKey('tagging_with_former', 'tagging(former) -> label(name)', 'SET NULL', 'CASCADE'),
    foreignKey('favourite_label', 'favourite(label) -> label(name)', 'CASCADE', 'CASCADE'),
  ],
  [
    'account, label',
    'visit, invitation, tagging, favourite',
    'account, favourite',
    'label, visit',
    'tagging',
    'account',
    'favourite, invitation',
  ],
);

/** Two ways from the top to the bottom. The binding restricts its port, but the cascade from the device comes to it first: b before p. */
const diamond = web(
  'diamond',
  [
    table('device', [own('id')]),
    table('port', [own('id'), reference('device_id')]),
    table('binding', [own('id'), nullable(reference('device_id')), nullable(reference('port_id'))], { share: 0.5 }),
    table('reading', [own('id'), nullable(reference('device_id')), nullable(reference('port_id'))]),
  ],
  [
    foreignKey('b_binding_of_device', 'binding(device_id) -> device(id)', 'CASCADE', 'CASCADE'),
    foreignKey('b_binding_of_port', 'binding(port_id) -> port(id)', 'RESTRICT', 'CASCADE'),
    foreignKey('p_port_of_device', 'port(device_id) -> device(id)', 'CASCADE', 'CASCADE'),
    foreignKey('r_reading_of_device', 'reading(device_id) -> device(id)', 'SET NULL', 'CASCADE'),
    foreignKey('r_reading_of_port', 'reading(port_id) -> port(id)', 'CASCADE', 'SET NULL'),
  ],
  ['port', 'device', 'binding, reading', 'port, reading', 'device, binding'],
);

export const webs: readonly Web[] = [chain, star, tree, cycle, composite, names, diamond];
