import { Random } from '../ledger/random.js';
import { nameOf, type Combination, type Outcome } from './combination.js';
import type { EngineEnd } from './engine.js';
import { faults } from './faults.js';
import { points } from './points.js';

/** Every fault at every point where it can strike, fault by fault. */
export const combinations: readonly Combination[] = faults.flatMap((fault) =>
  points.filter((point) => fault.strikesAt(point)).map((point) => ({ point, fault })),
);

/** Those that FAULT names (`point:fault`, `point` or `fault`, several with commas), or all. Throws for a name that none has. */
export function askedCombinations(asked = process.env['FAULT']): readonly Combination[] {
  if (asked === undefined || asked === '') return combinations;
  return asked.split(',').flatMap((name) => {
    const found = combinations.filter(({ point, fault }) =>
      [point, fault.name, nameOf({ point, fault })].includes(name),
    );
    if (found.length === 0) throw new Error(`FAULT: there is no point, fault or combination "${name}"`);
    return found;
  });
}

/** So many different ones. */
export function sampleOf(count: number, random: Random): readonly Combination[] {
  const left = [...combinations];
  return Array.from({ length: count }, () => left.splice(random.below(left.length), 1)[0]!);
}

/** A line for each fault and each way to end: at which points a run ended that way. */
export function tableOf(outcomes: readonly Outcome[]): string {
  const lines = new Map<string, string[]>();
  for (const { combination, ends, wrong } of outcomes) {
    const line = `${combination.fault.name}: ${wrong.length === 0 ? endsOf(ends) : 'WRONG'}`;
    lines.set(line, [...(lines.get(line) ?? []), combination.point]);
  }
  const wrong = outcomes.filter((outcome) => outcome.wrong.length > 0).length;
  return [
    ...[...lines].sort().map(([line, at]) => `${line}\n    ${at.join(', ')}`),
    `${outcomes.length} combinations, ${outcomes.length - wrong} as they must be, ${wrong} wrong`,
  ].join('\n');
}

/** `killed → 0`: the exit codes of the engines, one after the other. */
function endsOf(ends: readonly EngineEnd[]): string {
  return ends
    .map(({ code, exitCode }) => (code === null ? '0' : `${code}${exitCode === null ? '' : ` (${exitCode})`}`))
    .join(' → ');
}
