import type { Case } from './corpus.js';

const mark = /(<!-- cases: .*-->\n)[^]*?(<!-- end -->)/;

/** The README with its table of cases as the corpus has it. */
export function withCaseTable(readme: string, corpus: readonly Case[]): string {
  return readme.replace(mark, (_, begin: string, end: string) => begin + caseTable(corpus) + end);
}

const kinds = ['type', 'row', 'key', 'change'];

/** One row per topic: types first, and within a kind in the order of the names of the cases. */
function caseTable(corpus: readonly Case[]): string {
  const topics = new Map<string, Case[]>();
  const kindOf = ({ name }: Case): number => kinds.indexOf(name.split('-')[0]!);
  for (const one of [...corpus].sort((a, b) => kindOf(a) - kindOf(b)))
    topics.set(one.expected.topic, [...(topics.get(one.expected.topic) ?? []), one]);
  const rows = [...topics].map(([topic, cases]) => {
    const migrated = cases
      .filter(({ expected }) => expected.outcome === 'migrated')
      .map(({ expected }) => expected.about);
    const others = cases.filter(({ expected }) => expected.outcome !== 'migrated').map(notMigrated);
    return `| ${topic} | ${listOf(migrated)} | ${listOf(others)} |\n`;
  });
  return ['| | migrated exactly | refused or stopped |\n', '|---|---|---|\n', ...rows].join('');
}

function notMigrated({ expected: { about, outcome, code } }: Case): string {
  const codes = [code ?? []].flat().map((one) => `\`${one}\``);
  return `${about} (${outcome === 'stopped' ? 'stopped: ' : ''}${codes.join(' ')})`;
}

function listOf(texts: readonly string[]): string {
  return [...new Set(texts)].join('; ').replaceAll('|', '\\|');
}
