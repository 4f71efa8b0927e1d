import { mulberry32 } from './counter-service.js';
import type { Web, WebKey } from './web-tables.js';

const actions = ['CASCADE', 'CASCADE', 'CASCADE', 'SET NULL', 'RESTRICT', 'NO ACTION'] as const;
const shapes = ['primary', 'primary', 'unique', 'composite'] as const;

/** A web of so many tables, about three fifths of them swapped, with some more keys than tables: chains, stars, cycles and references to themselves come by chance. Some have triggers. */
export function randomSwapWeb(count: number, seed: number): Web {
  const random = mulberry32(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const tables = Array.from({ length: count }, (_, i) => `t${String(i).padStart(2, '0')}`);
  const keys: WebKey[] = [];
  const addKey = (child: string, parent: string): void => {
    // A child's row is null where its parent goes only if the key says so; a composite one cannot be null by half.
    keys.push({ name: `fk${keys.length}`, child, parent, shape: pick(shapes), onDelete: pick(actions) });
  };
  for (const [i, table] of tables.entries()) if (i > 0) addKey(table, tables[Math.floor(random() * i)]!);
  for (let more = Math.floor(count / 2); more > 0; more--) addKey(pick(tables), pick(tables));
  const swapped = tables.filter(() => random() < 0.6);
  return {
    swapped: swapped.length > 0 ? swapped : [tables[0]!],
    stays: tables.filter((table) => !swapped.includes(table)),
    keys,
    statements: logged(...tables.filter(() => random() < 0.15)),
  };
}

/** A table that all triggers write to, and one trigger for each event. */
export function logged(...tables: readonly string[]): string[] {
  return [
    'CREATE TABLE log (n BIGINT AUTO_INCREMENT PRIMARY KEY, what VARCHAR(40) NOT NULL)',
    ...tables.flatMap((table) =>
      ['INSERT', 'UPDATE', 'DELETE'].map(
        (event) =>
          `CREATE TRIGGER ${table}_${event} AFTER ${event} ON ${table} FOR EACH ROW INSERT INTO log (what) VALUES ('${event} ${table}')`,
      ),
    ),
  ];
}
