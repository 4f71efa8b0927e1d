import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, expect, test, vi } from 'vitest';
import { childEnvironment } from '../../../src/util/child-environment.js';

const source = new URL('../../../src/', import.meta.url);
const names = new Set(
  readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => readFileSync(new URL(file, source), 'utf8').match(/'TIDEOVER_\w+'/g) ?? [])
    .map((quoted) => quoted.slice(1, -1)),
);

afterEach(() => {
  vi.unstubAllEnvs();
});

test('programs of other people get none of our secrets', () => {
  for (const name of names) vi.stubEnv(name, 'x');
  expect(names.size).toBeGreaterThan(5);
  const passed = [...names].filter((name) => name in childEnvironment());
  expect(passed.sort()).toEqual(['TIDEOVER_CONFIG']);
  expect(childEnvironment()['PATH']).toBe(process.env['PATH']);
});
