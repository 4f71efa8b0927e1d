import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { MigrationOptions } from '../../../src/migration/options.js';
import { splitStatements } from '../../../src/plan/alter-statement.js';

/** When a section of a case's traffic is executed, in the order of the run; test/cases/README.md says what they mean. */
export const moments = ['before-copy', 'copying', 'copied', 'before-cutover', 'live'] as const;
export type Moment = (typeof moments)[number];

export const outcomes = ['migrated', 'refused', 'stopped'] as const;
export type CaseOutcome = (typeof outcomes)[number];

/** What an operator may say beside the change. */
export type CaseOptions = Pick<
  MigrationOptions,
  'maps' | 'renames' | 'tableRenames' | 'acceptDataSteps' | 'versionTables' | 'indexes'
>;

/** `expect.json` of a case. */
export interface Expectation {
  readonly outcome: CaseOutcome;
  /** Of a refusal: the codes of all refusals, or the error's code where preflight was not reached; of a stop: the error's code. */
  readonly code?: string | readonly string[];
  /** What is shown, in a few words; a part of the README's table. */
  readonly about: string;
  /** The row of the README's table. */
  readonly topic: string;
  readonly options?: CaseOptions;
  /** Columns of the new tables (`table.column`) whose values no two servers would make equal: only their NULLs are compared. */
  readonly undetermined?: readonly string[];
  /** Takes long: not in the sample of `npm test`. */
  readonly slow?: boolean;
}

/** A folder of `test/cases`. */
export interface Case {
  readonly name: string;
  readonly before: readonly string[];
  readonly migration: string;
  readonly traffic: ReadonlyMap<Moment, readonly string[]>;
  /** What the server itself is asked to do instead of `migration.sql`, where that would not say the same; see the file for why. */
  readonly oracle: readonly string[];
  readonly expected: Expectation;
}

const folder = new URL('../../cases/', import.meta.url);

/** All cases, by name. Throws for a folder that is not a case. */
export function readCorpus(): Case[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
    .map(readCase);
}

function readCase(name: string): Case {
  const text = (file: string): string => readFileSync(new URL(`${name}/${file}`, folder), 'utf8');
  const migration = text('migration.sql');
  return {
    name,
    before: splitStatements(text('before.sql')),
    migration,
    traffic: sectionsOf(name, text('traffic.sql')),
    oracle: splitStatements(existsSync(new URL(`${name}/oracle.sql`, folder)) ? text('oracle.sql') : migration),
    expected: JSON.parse(text('expect.json')) as Expectation,
  };
}

function sectionsOf(name: string, text: string): ReadonlyMap<Moment, readonly string[]> {
  const [head, ...parts] = text.split(/^-- at (.*)$/m);
  if (splitStatements(head!).length > 0) throw new Error(`${name}: traffic before the first "-- at"`);
  const sections = new Map<Moment, readonly string[]>();
  for (let at = 0; at < parts.length; at += 2) {
    const moment = moments.find((known) => known === parts[at]!.trim());
    if (moment === undefined || sections.has(moment)) throw new Error(`${name}: "-- at ${parts[at]!}"`);
    sections.set(moment, splitStatements(parts[at + 1]!));
  }
  return sections;
}
