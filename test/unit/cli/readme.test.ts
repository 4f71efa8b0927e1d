import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { catalogue } from '../../../src/errors.js';
import { numberOptions, textOptions, type NumberOption, type TextOption } from '../../../src/migration/options.js';

const root = new URL('../../../', import.meta.url);
const readme = readFileSync(new URL('README.md', root), 'utf8');

/** The table between `<!-- name: … -->` and `<!-- end -->`. */
function tableOf(name: string): string {
  return new RegExp(`<!-- ${name}:.*-->\n([^]*?)<!-- end -->`).exec(readme)?.[1] ?? '';
}

function tableText(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return [header, header.map(() => '---'), ...rows].map((cells) => `|${cells.map(padded).join('|')}|\n`).join('');
}

function padded(cell: string): string {
  return cell === '---' ? cell : ` ${cell} `;
}

test('the options’ table is the program’s', () => {
  const rows = Object.entries<NumberOption>(numberOptions).map(([name, { flag, section, unit, help, ...numbers }]) => {
    const [byDefault, min, max] = [numbers.default, numbers.min, numbers.max].map((n) => n.toLocaleString('en-US'));
    return [`\`--${flag}\``, `\`${section}.${name}\``, `${byDefault} ${unit}`, `${min} to ${max}`, help];
  });
  expect(tableOf('numbers')).toBe(tableText(['flag', 'config file', 'default', 'bounds', 'meaning'], rows));
});

test('so is that of the texts', () => {
  const rows = Object.entries<TextOption>(textOptions).map(([name, { flag, value, help }]) => [
    `\`--${flag}\``,
    `\`throttle.${name}\``,
    value,
    help,
  ]);
  expect(tableOf('texts')).toBe(tableText(['flag', 'config file', 'value', 'meaning'], rows));
});

test('the table of exit codes is the catalogue', () => {
  const groups = new Map<string, string[]>();
  for (const [code, { exitCode, outcome }] of Object.entries(catalogue)) {
    const key = `${exitCode} ${outcome}`;
    groups.set(key, [...(groups.get(key) ?? []), `\`${code}\``]);
  }
  const rows = [...groups]
    .map(([key, codes]) => [...key.split(' '), codes.join(' ')])
    .sort(([a], [b]) => Number(a) - Number(b));
  expect(tableOf('exit codes')).toBe(tableText(['exit code', 'outcome', 'codes'], rows));
});

/** Where refusals are made; the clauses of a statement that are refused are no refusals of preflight. */
function refusalSources(): string[] {
  const folders = ['src/preflight/', 'src/preflight/checks/', 'src/plan/'].map((path) => new URL(path, root));
  return folders
    .flatMap((folder) => readdirSync(folder).map((name) => new URL(name, folder)))
    .filter(({ pathname }) => /\.ts$/.test(pathname) && !/refused-clauses|alter-statement|clauses\.ts/.test(pathname))
    .map((file) => readFileSync(file, 'utf8'));
}

test('the table of refusals has every code that there is, and no other', () => {
  const found = refusalSources().flatMap((text) =>
    [...text.matchAll(/(?:code: |serverRefusal\(\s*|refuse\(\s*)'([a-z0-9]+(?:-[a-z0-9]+)*)'/g)].map(
      (match) => match[1]!,
    ),
  );
  const listed = [...tableOf('refusals').matchAll(/^\| `([^`]+)`/gm)].map((match) => match[1]!);
  expect(found.length).toBeGreaterThan(20);
  expect([...listed].sort()).toEqual([...new Set(found)].sort());
  expect(new Set(listed).size).toBe(listed.length);
});

test('every error of the runbook is in the catalogue', () => {
  const runbook = /\n## Runbook\n([^]*?)\n## /.exec(readme)?.[1] ?? '';
  const named = [...runbook.matchAll(/\(`([a-z-]+)`, exit code (\d+)\)/g)];
  expect(named.length).toBeGreaterThan(5);
  for (const [, code, exitCode] of named) {
    expect(catalogue).toHaveProperty(code!);
    expect([code, catalogue[code as keyof typeof catalogue].exitCode]).toEqual([code, Number(exitCode)]);
  }
});
