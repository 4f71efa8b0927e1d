import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { outcomes, readCorpus } from '../support/cases/corpus.js';
import { withCaseTable } from '../support/cases/readme-table.js';

const corpus = readCorpus();
const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

test('the README’s table of cases is the corpus (npm run cases:readme)', () => {
  expect(withCaseTable(readme, corpus)).toBe(readme);
  expect(readme).toContain('<!-- cases: ');
});

test('every case is complete', () => {
  const keys = ['outcome', 'code', 'about', 'topic', 'options', 'undetermined', 'slow'];
  for (const { name, before, traffic, expected } of corpus) {
    expect(name).toMatch(/^(?:type|key|change|row)(?:-[a-z0-9]+)+$/);
    expect(Object.keys(expected).filter((key) => !keys.includes(key))).toEqual([]);
    expect(outcomes).toContain(expected.outcome);
    expect([name, expected.code !== undefined]).toEqual([name, expected.outcome !== 'migrated']);
    expect([name, expected.about, expected.topic].every((text) => text.length > 2)).toBe(true);
    expect(before.length).toBeGreaterThan(0);
    const sent = [...traffic.values()].flat().join('\n');
    for (const verb of ['INSERT', 'UPDATE', 'DELETE']) expect([name, sent.includes(`${verb} `)]).toEqual([name, true]);
    if (expected.outcome === 'migrated')
      expect([name, [...traffic.keys()]]).toEqual([name, expect.arrayContaining(['copying', 'live'])]);
  }
});
