import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Node } from 'yaml';
import { messageOf, TideoverError } from '../errors.js';
import type { HookEvent } from '../migration/events.js';
import type { MigrationOptions, NumberOptionName, TextOptionName } from '../migration/options.js';
import { parseYaml, type ConfigDocument } from './document.js';
import { mistaken } from './mistakes.js';
import { configSchema } from './schema.js';
import { validate } from './validate.js';

type Numbers = Partial<Record<NumberOptionName, number>>;
/** By old name, or by column. */
type Names = Readonly<Record<string, string>>;

export interface ConfiguredConnection {
  readonly host?: string;
  readonly port?: number;
  readonly socket?: string;
  readonly user?: string;
  readonly database?: string;
  readonly password?: { readonly env?: string; readonly file?: string };
  readonly defaultsFile?: string;
}

export interface ConfiguredSource {
  readonly alter?: readonly string[];
  readonly table?: string;
  readonly files?: readonly string[];
  readonly knex?: string;
  readonly command?: string;
  readonly versionTables?: readonly string[];
  readonly renameTables?: Names;
  readonly renames?: Readonly<Record<string, Names>>;
  readonly map?: Readonly<Record<string, Names>>;
  readonly acceptDataSteps?: readonly string[];
}

/** What a config file says, as `configSchema` describes it; every part may be missing. */
export interface ConfigContent {
  readonly connection?: ConfiguredConnection;
  readonly source?: ConfiguredSource;
  readonly copy?: Numbers & Pick<MigrationOptions, 'indexes' | 'instant' | 'tailFrom'>;
  readonly cutover?: Numbers & Pick<MigrationOptions, 'postponeCutover' | 'dropRetired'>;
  readonly throttle?: Numbers & Partial<Record<TextOptionName, string>> & Pick<MigrationOptions, 'replicas'>;
  readonly hold?: Numbers & { readonly buffers?: readonly string[] };
  readonly hooks?: Partial<Record<HookEvent, readonly string[]>>;
}

/** A config file that is valid in itself. */
export class ConfigFile {
  readonly path: string;
  readonly content: ConfigContent;
  readonly #document: ConfigDocument;
  readonly #places: ReadonlyMap<string, Node>;

  /** Throws `usage-error` with everything that is wrong in the text. */
  constructor(text: string, path: string) {
    this.path = path;
    this.#document = parseYaml(text, path);
    const { value, mistakes, places } = validate(this.#document, configSchema);
    if (mistakes.length > 0) throw mistaken(path, mistakes);
    this.content = value as ConfigContent;
    this.#places = places;
  }

  /** A path as the file means it: relative to its own folder. */
  resolve(relative: string): string {
    return resolve(dirname(this.path), relative);
  }

  /** A `usage-error` about what stands at `where` (`connection.password.file`), or else the nearest part around it. */
  refuse(where: string, message: string, hint?: string, cause?: unknown): TideoverError {
    const parts = where.split('.');
    while (parts.length > 0 && !this.#places.has(parts.join('.'))) parts.pop();
    const node = this.#places.get(parts.join('.')) ?? this.#document.root;
    return mistaken(this.path, [this.#document.mistakeAt(node, message, hint)], cause);
  }

  /** The text of a file that the value at `where` names. */
  async read(where: string, relative: string): Promise<string> {
    try {
      return await readFile(this.resolve(relative), 'utf8');
    } catch (error) {
      throw this.refuse(where, `${where} cannot be read: ${messageOf(error)}`, undefined, error);
    }
  }
}

/** Reads a config file. Throws `usage-error`. */
export async function loadConfig(path: string): Promise<ConfigFile> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new TideoverError('usage-error', `the config file cannot be read: ${messageOf(error)}`, {
      cause: error,
      hint: 'Check --config and TIDEOVER_CONFIG.',
    });
  }
  return new ConfigFile(text, path);
}
