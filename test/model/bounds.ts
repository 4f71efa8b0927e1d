import type { Bounds } from './state.js';

/** Histories that are explored whole. Together they have each part of the design meet each other part. */
export type Histories = Readonly<Record<string, Bounds>>;

/** One table with a row, and what a single write can do to its copy. */
export const following: Bounds = {
  chunks: [[[0]]],
  copied: false,
  rows: [0],
  writes: 1,
  writers: 1,
  crashes: 0,
  attemptsFail: false,
  until: 'drained',
};

/** Two tables, copied: RENAME comes to one after the other. */
export const cuttingOver: Bounds = {
  ...following,
  chunks: [[[0]], [[1]]],
  copied: true,
  rows: [0, 1],
  until: 'swapped',
};

/** Seconds. */
export const smallHistories: Histories = {
  'two keys, two writers': { ...following, chunks: [[[0], [1]]], writes: 2, writers: 2 },
  'one key, a crash': { ...following, writes: 2, crashes: 1 },
  'two tables, a crash': { ...following, chunks: [[[0]], [[1]]], rows: [0, 1], crashes: 1 },
  'a cutover of two tables, attempts that fail, a crash': { ...cuttingOver, attemptsFail: true, crashes: 1 },
  'a cutover of three tables, attempts that fail': {
    ...cuttingOver,
    chunks: [[[0]], [[1]], [[2]]],
    rows: [0, 1, 2],
    attemptsFail: true,
  },
  'from the copy to the swap, attempts that fail, a crash': {
    ...following,
    attemptsFail: true,
    crashes: 1,
    until: 'swapped',
  },
};

/** Minutes: one more of everything. */
export const largeHistories: Histories = {
  'one chunk of two keys, three writes, two writers': { ...following, chunks: [[[0, 1]]], writes: 3, writers: 2 },
  'two keys, two writers, a crash': { ...following, chunks: [[[0], [1]]], writes: 2, writers: 2, crashes: 1 },
  'one key, three writes, two crashes': { ...following, writes: 3, crashes: 2 },
  'three keys, two writers': { ...following, chunks: [[[0, 1], [2]]], rows: [0, 2], writes: 2, writers: 2 },
  'two tables, two writers': { ...following, chunks: [[[0]], [[1]]], rows: [0, 1], writes: 2, writers: 2 },
  'a cutover of two tables, two writers, attempts that fail, two crashes': {
    ...cuttingOver,
    writes: 2,
    writers: 2,
    attemptsFail: true,
    crashes: 2,
  },
  'a cutover of three tables, attempts that fail, a crash': {
    ...cuttingOver,
    chunks: [[[0]], [[1]], [[2]]],
    rows: [0, 1, 2],
    attemptsFail: true,
    crashes: 1,
  },
  'from the copy to the swap, two writes, attempts that fail, a crash': {
    ...following,
    writes: 2,
    attemptsFail: true,
    crashes: 1,
    until: 'swapped',
  },
};
