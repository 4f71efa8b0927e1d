import { TideoverError } from '../errors.js';
import {
  checkedNumber,
  checkedText,
  numberOptionNames,
  numberOptions,
  textOptionNames,
  type NumberOption,
  type NumberOptionName,
  type Settings,
  type TextOptionName,
} from './options.js';

/** What `tideover set` may change while the run is under way, by option name. */
export type LiveValues = Partial<Record<NumberOptionName, number> & Record<TextOptionName, string>>;

export const liveNumberNames = numberOptionNames.filter((name) => (numberOptions[name] as NumberOption).live === true);

/** Values as they came, from a command line or the journal. Throws `usage-error` for what no run can be set to. */
export function checkedLive(values: Readonly<Record<string, unknown>>): LiveValues {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, checkedOne(name, value)]));
}

function checkedOne(name: string, value: unknown): number | string {
  const number = liveNumberNames.find((known) => known === name);
  if (number !== undefined && typeof value === 'number') return checkedNumber(number, value);
  const text = textOptionNames.find((known) => known === name);
  if (text !== undefined && typeof value === 'string') return checkedText(text, value);
  throw new TideoverError('usage-error', `${name} cannot be set to ${JSON.stringify(value)} while a run is under way`, {
    hint: '`tideover set --help` lists what can be set.',
  });
}

/** Changes the settings of a run that is under way: whoever uses one reads it anew. */
export function tune(settings: Settings, values: LiveValues): void {
  Object.assign(settings, values);
}
