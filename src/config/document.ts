import { isAlias, isNode, isScalar, LineCounter, parseDocument, visit, type Document, type Node } from 'yaml';
import { mistaken, type Mistake } from './mistakes.js';

/** A YAML text with the places of its parts. */
export interface ConfigDocument {
  readonly path: string;
  readonly root: Node;
  /** What an alias stands for; any other node is itself. */
  resolve(node: Node): Node;
  mistakeAt(node: Node, message: string, hint?: string): Mistake;
}

/** Parses one YAML document. Throws `usage-error` with FILE:LINE:COLUMN; no part of the text is quoted, it may hold what must not be shown. */
export function parseYaml(text: string, path: string): ConfigDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const mistakeAtOffset = (offset: number, message: string, hint?: string): Mistake => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1), message, ...(hint === undefined ? {} : { hint }) };
  };
  // What follows the first mistake of a syntax is often a consequence of it.
  const [broken] = [...document.errors, ...document.warnings];
  if (broken) {
    const { message, hint } = sayings[broken.code] ?? { message: `this is no YAML: ${broken.message}` };
    throw mistaken(path, [mistakeAtOffset(broken.pos[0], message, hint)]);
  }
  const root: Node | null = document.contents;
  if (root === null || (isScalar(root) && root.value === null)) {
    throw mistaken(path, [
      mistakeAtOffset(0, 'the file is empty', 'Give at least a connection and a source; see examples/config.'),
    ]);
  }
  const dangling = danglingAlias(document);
  if (dangling)
    throw mistaken(path, [mistakeAtOffset(dangling.range?.[0] ?? 0, 'this alias stands for nothing before it')]);
  return {
    path,
    root,
    resolve: (node) => (isAlias(node) ? (node.resolve(document) ?? node) : node),
    mistakeAt: (node, message, hint) => mistakeAtOffset(node.range?.[0] ?? 0, message, hint),
  };
}

/** What the parser's most usual complaints mean, in the words of somebody who writes a config file. */
const sayings: Readonly<Record<string, { readonly message: string; readonly hint?: string }>> = {
  TAB_AS_INDENT: {
    message: 'a tab character indents this line',
    hint: 'YAML wants spaces: two for each level.',
  },
  DUPLICATE_KEY: { message: 'this key is there twice', hint: 'Keep one of them.' },
  MULTIPLE_DOCS: { message: 'a second document begins here', hint: 'One file holds one migration: cut it at "---".' },
  BLOCK_AS_IMPLICIT_KEY: {
    message: 'a second "name: value" on one line',
    hint: 'Quote a value in which a colon is followed by a space.',
  },
};

function danglingAlias(document: Document.Parsed): Node | null {
  let found: Node | null = null;
  visit(document, {
    Alias: (_key, alias) => {
      if (isNode(alias.resolve(document))) return undefined;
      found = alias;
      return visit.BREAK;
    },
  });
  return found;
}
