import { isMap, isNode, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import { nearest } from '../util/nearest.js';
import type { ConfigDocument } from './document.js';
import type { Mistake } from './mistakes.js';
import type { IntegerSchema, ObjectSchema, Schema, TextSchema } from './schema.js';

/** A value as JSON has it. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export interface Validated {
  /** Meaningful when there are no mistakes. */
  readonly value: Json;
  readonly mistakes: readonly Mistake[];
  /** Where each value stands, by its path: `copy.chunkTimeMs`, `source.files.0`. */
  readonly places: ReadonlyMap<string, Node>;
}

/** Holds a document against the schema and says everything that is wrong with it. */
export function validate(document: ConfigDocument, schema: ObjectSchema): Validated {
  const validation = new Validation(document, schema);
  const value = validation.value({ node: document.root, schema, path: [] });
  return { value, mistakes: validation.mistakes, places: validation.places };
}

/** A value to look at. `node` is where it stands, or its key when it is missing. */
interface Place<S extends Schema = Schema> {
  readonly node: Node;
  readonly schema: S;
  readonly path: readonly string[];
}

class Validation {
  readonly mistakes: Mistake[] = [];
  readonly places = new Map<string, Node>();
  readonly #document: ConfigDocument;
  readonly #root: ObjectSchema;

  constructor(document: ConfigDocument, root: ObjectSchema) {
    this.#document = document;
    this.#root = root;
  }

  value({ node: written, schema, path }: Place): Json {
    this.places.set(path.join('.'), written);
    const node = this.#document.resolve(written);
    switch (schema.type) {
      case 'object':
        if (isMap(node)) return this.#object(node, { node: written, schema, path });
        break;
      case 'array':
        if (isSeq(node) && node.items.length > 0) {
          return node.items.map((item, i) => {
            const at = isNode(item) ? item : node;
            return this.value({ node: at, schema: schema.items, path: [...path, String(i)] });
          });
        }
        break;
      default:
        if (isScalar(node) && fits(node.value, schema)) return node.value as Json;
    }
    this.#refuse(written, this.#wrong(node, schema, path), hintFor(schema, node));
    return null;
  }

  #refuse(node: Node, message: string, hint?: string): void {
    this.mistakes.push(this.#document.mistakeAt(node, message, hint));
  }

  #object(map: YAMLMap, { node, schema, path }: Place<ObjectSchema>): Json {
    const entries: [string, Json][] = [];
    const keys = new Map<string, Node>();
    for (const pair of map.items as Pair<Node, Node | null>[]) {
      const key = isScalar(pair.key) ? String(pair.key.value) : null;
      if (key === null) {
        this.#refuse(pair.key, 'a key is a plain name');
        continue;
      }
      keys.set(key, pair.key);
      const own = schema.properties;
      const of = own && Object.hasOwn(own, key) ? own[key]! : schema.additionalProperties;
      if (of === false) this.#unknownKey(pair.key, key, schema, path);
      else entries.push([key, this.value({ node: pair.value ?? pair.key, schema: of, path: [...path, key] })]);
    }
    this.#together(keys, { node, schema, path });
    return Object.fromEntries(entries);
  }

  /** Which keys may stand beside which. */
  #together(keys: ReadonlyMap<string, Node>, { node, schema, path }: Place<ObjectSchema>): void {
    const name = nameOf(path);
    const known = Object.keys(schema.properties ?? {}).join(' or ');
    if (keys.size < (schema.minProperties ?? 0)) this.#refuse(node, `${name} is empty`, `Give ${known || 'a name'}.`);
    if (keys.size > (schema.maxProperties ?? Infinity)) this.#refuse(node, `${name} takes one key`, `Give ${known}.`);
    for (const { not } of schema.allOf ?? []) {
      const [first, second] = not.required.map((key) => keys.get(key));
      if (!first || !second) continue;
      const [a, b] = not.required;
      const later = (first.range?.[0] ?? 0) > (second.range?.[0] ?? 0) ? first : second;
      this.#refuse(later, `${name}.${a} and ${name}.${b} exclude each other`, 'Keep one of them.');
    }
    for (const [key, needed] of Object.entries(schema.dependencies ?? {})) {
      const own = keys.get(key);
      const missing = needed.filter((other) => !keys.has(other));
      if (own && missing.length > 0) this.#refuse(own, `${name}.${key} needs ${name}.${missing.join(', ')} beside it`);
    }
  }

  #unknownKey(node: Node, key: string, schema: ObjectSchema, path: readonly string[]): void {
    const known = Object.keys(schema.properties ?? {});
    const near = nearest(key, known) ?? this.#elsewhere(key, path);
    const meant = near === null ? '' : `; did you mean "${near}"?`;
    const where = path.length === 0 ? 'the file' : nameOf(path);
    this.#refuse(node, `${where} has no "${key}"${meant}`, `Known in ${where} are ${known.join(', ')}.`);
  }

  /** The key of another section, with its path. */
  #elsewhere(key: string, path: readonly string[]): string | null {
    const sections = Object.entries(this.#root.properties ?? {}).filter(([name]) => name !== path[0]);
    for (const [name, schema] of sections) {
      if (schema.type !== 'object') continue;
      const near = nearest(key, Object.keys(schema.properties ?? {}));
      if (near !== null) return `${name}.${near}`;
    }
    return null;
  }

  #wrong(node: Node, schema: Schema, path: readonly string[]): string {
    const name = nameOf(path);
    if (schema.type === 'object' && schema.writeOnly && isScalar(node) && node.value !== null)
      return `${name} is written out; only where it can be found may stand here`;
    // Inside of a secret nothing is shown.
    const secret = path.some((_, i) => isSecret(this.#root, path.slice(0, i + 1)));
    return `${name} is ${secret ? 'something else' : shown(node)}, allowed is ${allowed(schema)}`;
  }
}

function isSecret(root: Schema, path: readonly string[]): boolean {
  let schema: Schema | undefined = root;
  for (const key of path) schema = schema?.type === 'object' ? schema.properties?.[key] : undefined;
  return schema?.type === 'object' && schema.writeOnly === true;
}

function nameOf(path: readonly string[]): string {
  return path.length === 0 ? 'the file' : path.join('.');
}

function fits(value: unknown, schema: TextSchema | IntegerSchema | { readonly type: 'boolean' }): boolean {
  if (schema.type === 'boolean') return typeof value === 'boolean';
  if (schema.type === 'integer')
    return Number.isInteger(value) && (value as number) >= schema.minimum && (value as number) <= schema.maximum;
  if (typeof value !== 'string' || value.length < (schema.minLength ?? 0)) return false;
  if (schema.pattern !== undefined && !new RegExp(schema.pattern).test(value)) return false;
  return schema.enum?.includes(value) ?? true;
}

function shown(node: Node): string {
  if (isMap(node)) return 'a mapping of names to values';
  if (isSeq(node)) return node.items.length === 0 ? 'an empty list' : 'a list';
  const value = isScalar(node) ? node.value : null;
  if (value === null) return 'empty';
  if (value === '') return 'an empty text';
  return JSON.stringify(typeof value === 'string' && value.length > 40 ? `${value.slice(0, 40)}…` : value);
}

function allowed(schema: Schema): string {
  switch (schema.type) {
    case 'object':
      return schema.properties === undefined
        ? 'a mapping of names to values'
        : `a mapping with ${Object.keys(schema.properties).join(', ')}`;
    case 'array':
      return 'a list';
    case 'boolean':
      return 'true or false';
    case 'integer':
      return `a whole number from ${schema.minimum.toLocaleString('en-US')} to ${schema.maximum.toLocaleString('en-US')}`;
    case 'string':
      if (schema.enum) return schema.enum.join(' or ');
      return schema.pattern === undefined ? 'a text' : 'the name of an environment variable';
  }
}

function hintFor(schema: Schema, node: Node): string | undefined {
  if (schema.type === 'object' && schema.writeOnly)
    return 'Write {env: NAME} or {file: PATH}, or take it from a defaultsFile.';
  if (schema.type === 'array' && isScalar(node) && node.value !== null)
    return 'Write a list: begin the line with "- ".';
  if (schema.type === 'string' && isScalar(node) && node.value !== null && typeof node.value !== 'string')
    return 'Quote a text that YAML would take for something else.';
  return undefined;
}
