/** An identifier in backquotes. */
export function quoteId(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/** A string literal. Valid under every sql_mode of the engine (NO_BACKSLASH_ESCAPES is off there). */
export function quoteString(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''").replaceAll('\0', '\\0')}'`;
}
