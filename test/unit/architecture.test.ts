import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = new URL('../../', import.meta.url);

/** The ranks of src/README.md, by folder or file: a file imports from a lower rank or from its own folder. */
const rankOf: Readonly<Record<string, number>> = Object.fromEntries(
  [...readFileSync(new URL('src/README.md', root), 'utf8').matchAll(/^\| (\d+) \| ([^|]+) \|/gm)].flatMap(
    ([, rank, rooms]) => [...rooms!.matchAll(/`([^`/]+)\/?`/g)].map((match) => [match[1]!, Number(rank)]),
  ),
);

/** The rooms of the algorithm: only `migration/` brings them together. */
const algorithm: readonly string[] = ['preflight', 'copy', 'apply', 'verify', 'cutover', 'throttle', 'buffer'];

interface SourceFile {
  /** Below src/, with forward slashes. */
  readonly path: string;
  readonly text: string;
  /** Relative imports, as paths below src/ (`../migrations/…` for what is outside). */
  readonly imports: readonly string[];
}

function read(folder: string): SourceFile[] {
  return readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => {
      const text = readFileSync(new URL(`${folder}${path}`, root), 'utf8');
      return { path, text, imports: importsOf(path, text) };
    });
}

/** Static imports, re-exports, dynamic imports and `import('…')` types. */
function importsOf(path: string, text: string): string[] {
  const specifiers = text.matchAll(/(?:^|\s)(?:from|import)\s*\(?\s*'(\.[^']+)'/g);
  return [...specifiers].map((match) => posix.join(posix.dirname(path), match[1]!).replace(/\.js$/, '.ts'));
}

/** The first part of a path below src/: the folder, or the file that lies there. */
function roomOf(path: string): string {
  return path.split('/')[0]!;
}

/** What a file must not import, one line each. */
function trespasses({ path, imports }: SourceFile): string[] {
  const own = roomOf(path);
  return imports.flatMap((imported) => {
    const other = roomOf(imported);
    // The journal's migrations lie at the top level, where knex users look for them.
    if (other === '..')
      return own === 'journal' && imported.startsWith('../migrations/') ? [] : [`${path} → ${imported}`];
    if (other === own) return [];
    const [ownRank, otherRank] = [rankOf[own], rankOf[other]];
    if (ownRank === undefined || otherRank === undefined) return [`${path} → ${imported}: a folder without a rank`];
    // The CLI is a thin user of the public surface, which has its rank.
    if (own === 'cli' && other === 'index.ts') return [];
    return otherRank < ownRank ? [] : [`${path} (rank ${ownRank}) → ${imported} (rank ${otherRank})`];
  });
}

const sources = read('src/');

describe('the test itself', () => {
  const file = (path: string, text: string): SourceFile => ({ path, text, imports: importsOf(path, text) });

  test('sees every form of import', () => {
    const text = [
      "import { a } from '../db/a.js';",
      "import type b from './b.js';",
      "import {\n  c,\n} from '../../migrations/c.js';",
      "import '../db/side-effect.js';",
      "export { d } from '../db/d.js';",
      "export * from '../db/e.js';",
      "const f = await import('../db/f.js');",
      "type G = import('../db/g.js').G;",
      "import mysql from 'mysql2';",
    ].join('\n');
    expect(importsOf('journal/x.ts', text)).toEqual([
      'db/a.ts',
      'journal/b.ts',
      '../migrations/c.ts',
      'db/side-effect.ts',
      'db/d.ts',
      'db/e.ts',
      'db/f.ts',
      'db/g.ts',
    ]);
  });

  test.each([
    ['copy/copier.ts', '../apply/applier.js'],
    ['db/session.ts', '../schema/names.js'],
    ['binlog/x.ts', '../plan/plan.js'],
    ['plan/x.ts', '../index.js'],
    ['copy/x.ts', '../../test/support/server.js'],
    ['misc/x.ts', '../db/session.js'],
  ])('knows that %s must not import %s', (path, imported) => {
    expect(trespasses(file(path, `import { x } from '${imported}';`))).toHaveLength(1);
  });

  test('reads the sources that there are', () => {
    expect(sources.length).toBeGreaterThan(50);
    expect(sources.flatMap(({ imports }) => imports).length).toBeGreaterThan(100);
    const paths = new Set(sources.map(({ path }) => path));
    const dangling = sources
      .flatMap(({ imports }) => imports)
      .filter((path) => !path.startsWith('..') && !paths.has(path));
    expect(dangling).toEqual([]);
  });
});

test('imports go down the ranks, and the rooms of the algorithm do not know each other', () => {
  expect(sources.flatMap(trespasses)).toEqual([]);
});

test('every folder has a rank, and the rooms of the algorithm share one', () => {
  const rooms = new Set(sources.map(({ path }) => roomOf(path)));
  expect(rooms.size).toBeGreaterThan(10);
  expect([...rooms].filter((room) => rankOf[room] === undefined)).toEqual([]);
  expect(new Set(algorithm.map((room) => rankOf[room])).size).toBe(1);
});

test('there are no default exports and no enums', () => {
  const files = [...sources, ...read('migrations/'), ...read('test/')];
  const offending = files.filter(({ text }) => /^\s*export default\b|^\s*(?:export )?(?:const )?enum\s/m.test(text));
  expect(offending.map(({ path }) => path)).toEqual([]);
});

/** A reader holds that much. A table or a decoder may be longer, up to the hard limit. */
const usualLines = 250;
const mostLines = 500;

test('files are short', () => {
  const lengths = sources.map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }));
  const long = lengths.filter(({ lines }) => lines > usualLines).map(({ path, lines }) => `${path}: ${lines} lines`);
  if (long.length > 0) console.info(`longer than ${usualLines} lines:\n  ${long.join('\n  ')}`);
  expect(lengths.filter(({ lines }) => lines > mostLines)).toEqual([]);
  expect(long.length).toBeLessThan(sources.length / 10);
});
