/**
 * A table's SHOW CREATE TABLE with its secondary indexes and its constraints in one order, whatever order they were made in: migration tools that
 * collect them in a set make them in another order each time. They mean the same.
 */
export function orderedStructure(createSql: string): string {
  const lines = createSql.split('\n').map((line) => line.replace(/,$/, ''));
  const isKey = (line: string): boolean => /^ {2}(?:(?:UNIQUE |FULLTEXT |SPATIAL )?KEY|CONSTRAINT) /.test(line);
  const first = lines.findIndex(isKey);
  if (first < 0) return lines.join('\n');
  const keys = lines.filter(isKey).sort();
  const others = lines.filter((line) => !isKey(line));
  return [...others.slice(0, first), ...keys, ...others.slice(first)].join('\n');
}

/** Whether two texts describe the same structure, but for the order of indexes and constraints. Null is no table. */
export function isSameStructure(a: string | null, b: string | null): boolean {
  return a === b || (a !== null && b !== null && orderedStructure(a) === orderedStructure(b));
}
