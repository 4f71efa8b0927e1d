import { fold } from './column-tracking.js';
import type { ColumnExpression, Declared } from './declared.js';
import type { Refusal } from './plan.js';
import type { DataStep } from './tool-history.js';

/** A data step, and why it is no obstacle: an expression gives what it would have written, or the operator says that nothing is missing. */
export interface JudgedStep extends DataStep {
  readonly status: 'open' | 'mapped' | 'accepted';
}

/** Same statements with the same effect once, in the order in which they came. `declared` speaks of the source's tables. */
export function judgeSteps(
  steps: readonly DataStep[],
  declared: Pick<Declared, 'maps' | 'acceptedDataSteps'>,
): JudgedStep[] {
  const different = new Map(steps.map((step) => [JSON.stringify([step.tables, withoutValues(step.statement)]), step]));
  return [...different.values()].map((step): JudgedStep => {
    const isMapped = step.columns !== null && step.columns.every((column) => isGiven(column, declared.maps));
    if (isMapped) return { ...step, status: 'mapped' };
    const accepted = step.tables.every((table) => declared.acceptedDataSteps.includes(table));
    return { ...step, status: accepted ? 'accepted' : 'open' };
  });
}

function isGiven({ table, column }: { table: string; column: string }, maps: readonly ColumnExpression[]): boolean {
  return maps.some((map) => map.table === table && fold(map.column) === fold(column));
}

/** A loop over rows sends the same statement with other values. */
function withoutValues(statement: string | null): string | null {
  return statement?.replaceAll(/'(?:[^'\\]|\\.|'')*'|\b\d+\b/g, '?') ?? null;
}

/** Statements of one table to show. */
const shown = 3;

/** One refusal for each group of tables whose steps are open. */
export function stepRefusals(steps: readonly JudgedStep[]): Refusal[] {
  const groups = new Map<string, JudgedStep[]>();
  for (const step of steps.filter(({ status }) => status === 'open')) {
    const key = step.tables.join(', ');
    groups.set(key, [...(groups.get(key) ?? []), step]);
  }
  return [...groups].map(([names, own]): Refusal => {
    const [{ tables }] = own as [JudgedStep];
    const columns = own.flatMap((step) => step.columns ?? []);
    const maps = [...new Set(columns.map(({ table, column }) => `--map '${table}.${column}=EXPRESSION'`))];
    const accepted = tables.map((table) => `--accept-data-step ${table}`).join(' ');
    const more = own.length > shown ? `; and ${own.length - shown} more` : '';
    return {
      code: 'data-step',
      table: tables.length === 1 ? tables[0]! : null,
      message: `${names}: the change works on rows, and the copy that it was tried on has none: ${own.slice(0, shown).map(stepText).join('; ')}${more}`,
      remedy: `Say what the rows become (${[...maps, "--map 'TABLE.COLUMN=EXPRESSION'"][0]!}), or, when nothing is missing without these steps, ${accepted}.`,
    };
  });
}

/** One line. */
export function stepText({ statement, tables }: DataStep): string {
  if (statement === null) return `rows were put into ${tables.join(', ')}`;
  const line = statement.replaceAll(/\s+/g, ' ').trim();
  return line.length > 160 ? `${line.slice(0, 160)}…` : line;
}
