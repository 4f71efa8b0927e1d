import { describe, expect, test } from 'vitest';
import { cuttingOver, following } from '../../model/bounds.js';
import { explore } from '../../model/checker.js';
import { migrationModel } from '../../model/migration.js';
import { allSafeties, type Bounds, type Safeties } from '../../model/state.js';

// The test of the model: each safety is switched off by itself, and the checker must find what that does. The traces are shortest ones.

interface Control {
  readonly without: keyof Safeties;
  readonly bounds: Bounds;
  readonly property: 'I1' | 'I2' | 'I7';
  readonly trace: readonly string[];
}

const changed = (kind: string): string[] => [`service: key 0 ${kind}, in the log`, `service: key 0 ${kind}, visible`];
const round = ['applier: round begins', 'applier: takes the keys of table 0'];
const chunk = ['copier: reads keys 0', 'copier: writes keys 0'];
const drained = [
  'cutover: attempt',
  'A: asks for table 0',
  'cutover: locked',
  'guard 0: waits',
  'journal: intent',
  'cutover: drained',
];
const locked2 = ['cutover: attempt', 'A: asks for table 0', 'A: asks for table 1', 'cutover: locked'];
const guards2 = ['guard 0: waits', 'guard 1: waits'];
const ready2 = [...locked2, ...guards2, 'journal: intent', 'cutover: drained'];
const sent2 = ['A: lets go of table 0', 'A: lets go of table 1', 'cutover: sends RENAME'];
const walked2 = [
  'RENAME: asks for table 0',
  'guard 0: is let go',
  'RENAME: asks for table 1',
  'cutover: drops the sentry',
  'guard 1: is let go',
];
const renamed2 = ['RENAME: asks for table 0', 'RENAME: asks for table 1', 'RENAME: swaps'];

const controls: readonly Control[] = [
  {
    without: 'lockingRead', // the applier reads what is not visible yet
    bounds: { ...following, copied: true },
    property: 'I1',
    trace: [
      'service: key 0 written, in the log',
      'tail: key 0 written',
      ...round,
      'applier: key 0 written',
      'service: key 0 written, visible',
      'applier: round ends',
      ...drained,
    ],
  },
  {
    without: 'deletesDecided', // the delete is applied to nothing, and then a chunk still sees the row
    bounds: following,
    property: 'I1',
    trace: [
      'service: key 0 deleted, in the log',
      'tail: key 0 deleted',
      ...round,
      'applier: key 0 deleted',
      'applier: round ends',
      'copier: reads keys 0',
      'service: key 0 deleted, visible',
      'copier: writes keys 0',
      ...drained,
    ],
  },
  {
    without: 'exclusion', // a chunk writes what it read before the apply
    bounds: following,
    property: 'I1',
    trace: [
      'service: key 0 written, in the log',
      'tail: key 0 written',
      ...round,
      'copier: reads keys 0',
      'service: key 0 written, visible',
      'applier: key 0 written',
      'applier: round ends',
      'copier: writes keys 0',
      ...drained,
    ],
  },
  {
    without: 'onlyApplied', // what was read and not applied is forgotten
    bounds: { ...following, copied: true, crashes: 1 },
    property: 'I1',
    trace: [
      ...changed('written'),
      'tail: key 0 written',
      'journal: checkpoint',
      'engine: killed',
      'engine: resumes',
      ...drained,
    ],
  },
  {
    without: 'predecessorGone', // the server goes on with a chunk of the dead engine
    bounds: { ...following, crashes: 1 },
    property: 'I1',
    trace: [
      'service: key 0 written, in the log',
      'copier: reads keys 0',
      'service: key 0 written, visible',
      'engine: killed',
      'engine: resumes',
      'tail: key 0 written',
      ...round,
      'applier: key 0 written',
      'applier: round ends',
      ...chunk,
      ...drained.slice(0, -1),
      "dead engine's chunk of 0: is done",
      'cutover: drained',
    ],
  },
  {
    without: 'predecessorGone', // the dead engine's RENAME comes after the look at its outcome
    bounds: { ...cuttingOver, crashes: 1 },
    property: 'I7',
    trace: [...ready2, ...sent2, ...walked2, 'engine: killed', 'engine: resumes', 'RENAME: swaps'],
  },
  {
    without: 'drain', // acknowledged before the lock, and never applied
    bounds: { ...following, copied: true },
    property: 'I1',
    trace: [...changed('written'), ...drained],
  },
  {
    without: 'intent',
    bounds: cuttingOver,
    property: 'I7',
    trace: [...locked2, ...guards2, 'cutover: drained', ...sent2, ...walked2, 'RENAME: swaps'],
  },
  {
    without: 'guards', // A unlocks, RENAME follows, a writer is in between
    bounds: cuttingOver,
    property: 'I2',
    trace: [
      ...locked2,
      'journal: intent',
      'cutover: drained',
      'A: lets go of table 0',
      ...changed('written'),
      'A: lets go of table 1',
      'cutover: sends RENAME',
      'cutover: drops the sentry',
      ...renamed2,
    ],
  },
  {
    without: 'probe', // the guard is let go, and RENAME is not there yet
    bounds: cuttingOver,
    property: 'I2',
    trace: [
      ...ready2,
      ...sent2,
      'guard 0: is let go',
      ...changed('written'),
      'cutover: drops the sentry',
      'guard 1: is let go',
      ...renamed2,
    ],
  },
  {
    without: 'sentry', // the engine dies, and its guards before its RENAME
    bounds: { ...cuttingOver, crashes: 1 },
    property: 'I2',
    trace: [
      ...ready2,
      ...sent2,
      'RENAME: asks for table 0',
      'guard 0: is let go',
      'engine: killed',
      'guard 1: is gone',
      'service: key 1 written, in the log',
      'service: key 1 written, visible',
      'RENAME: asks for table 1',
      'RENAME: swaps',
    ],
  },
  {
    without: 'outcomeFinal', // an attempt gives its RENAME up for lost
    bounds: { ...cuttingOver, attemptsFail: true },
    property: 'I7',
    trace: [
      ...ready2,
      'A: lets go of table 0',
      'A: is gone',
      'cutover: sends RENAME',
      'guard 0: is gone',
      'guard 1: is gone',
      'cutover: attempt fails',
      'cutover: was not swapped',
      ...renamed2,
    ],
  },
];

describe('without one of the safeties an invariant falls', () => {
  test.each(controls)(
    'without $without, $property',
    ({ without, bounds, property, trace }) => {
      const { states, violation } = explore(migrationModel(bounds, [without]), 1_000_000);
      console.log(
        `without ${without}: ${violation?.property} after ${violation?.trace.length} steps, ${states} states`,
      );
      expect(violation?.property).toContain(`${property}:`);
      expect(violation?.trace).toEqual(trace);
    },
    60_000,
  );

  test('each safety has its control', () => {
    expect(new Set(controls.map(({ without }) => without))).toEqual(new Set(Object.keys(allSafeties)));
  });
});
