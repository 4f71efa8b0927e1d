/** A cell: numbers are printed with their unit in the heading, null as `–`. */
export type Cell = string | number | null;

export interface Figures {
  readonly scenario: string;
  readonly title: string;
  readonly headings: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  readonly notes: readonly string[];
}

function textOf(cell: Cell): string {
  if (cell === null) return '–';
  if (typeof cell === 'string') return cell;
  if (Number.isInteger(cell) || Math.abs(cell) >= 100) return Math.round(cell).toLocaleString('en-US');
  return cell.toFixed(Math.abs(cell) >= 10 ? 1 : 2);
}

/** Tells on stderr what is under way: a scenario takes minutes. */
export function announce(text: string): void {
  process.stderr.write(`… ${text}\n`);
}

/** The table as text, numbers to the right. */
export function tableOf({ scenario, title, headings, rows, notes }: Figures): string {
  const cells = rows.map((row) => row.map(textOf));
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...cells.map((row) => row[column]!.length)),
  );
  const isNumber = (row: number, column: number) => typeof rows[row]![column] !== 'string';
  const line = (texts: readonly string[], right: (column: number) => boolean) =>
    `  ${texts.map((text, column) => (right(column) ? text.padStart(widths[column]!) : text.padEnd(widths[column]!))).join('  ')}`.trimEnd();
  return [
    '',
    `(${scenario}) ${title}`,
    line(headings, (column) => column > 0),
    `  ${widths.map((width) => '-'.repeat(width)).join('  ')}`,
    ...cells.map((row, index) => line(row, (column) => column > 0 && isNumber(index, column))),
    ...notes.map((note) => `  * ${note}`),
    '',
  ].join('\n');
}

/** a / b, null when it cannot be said. */
export function ratio(a: number | null, b: number | null): number | null {
  return a === null || b === null || b === 0 ? null : a / b;
}

export function percentile(values: readonly number[], share: number): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}

export function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
