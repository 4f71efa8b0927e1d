import type { Column } from '../schema/table.js';

/** SQL for a row's key as an operator reads it: values separated by commas, bytes in hex where it is known that they are bytes. */
export function keyTextSql(parts: readonly { readonly column: Column | null; readonly sql: string }[]): string {
  const values = parts.map(({ column, sql }) =>
    column?.dataType.endsWith('binary') || column?.dataType.endsWith('blob')
      ? `CONCAT('0x', HEX(${sql}))`
      : `CAST(${sql} AS CHAR)`,
  );
  return `CONCAT_WS(', ', ${values.map((value) => `COALESCE(${value}, 'NULL')`).join(', ')})`;
}
