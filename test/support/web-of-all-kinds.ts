import { logged } from './random-swap-web.js';
import type { Web } from './web-tables.js';

const key = (child: string, parent: string, onDelete: 'CASCADE' | 'SET NULL' | 'RESTRICT' = 'CASCADE') =>
  ({ name: `fk_${child}_${parent}`, child, parent, shape: 'primary', onDelete }) as const;

/** A small web in which every step of a cutover has something to do. */
export const webOfAllKinds: Web = {
  // `hub` and `own` have triggers, and `own` has a constraint that must enter under another name.
  swapped: ['hub', 'own', 'tip'],
  // `leaf` is locked before the RENAME; `node`, with `tip` below it, after it; `top` is passed, `far` a neighbour.
  stays: ['leaf', 'node', 'top', 'far'],
  created: ['made'],
  dropped: ['old'],
  keys: [
    key('own', 'hub'),
    key('own', 'top', 'SET NULL'),
    key('leaf', 'hub', 'RESTRICT'),
    key('node', 'hub'),
    key('tip', 'node'),
    key('far', 'leaf', 'SET NULL'),
    key('made', 'top'),
    key('old', 'top', 'RESTRICT'),
  ],
  statements: logged('hub', 'own'),
};
