/** The items in order, cut into lists of `length`; the last may be shorter. */
export function slices<T>(items: readonly T[], length: number): T[][] {
  const cut: T[][] = [];
  for (let start = 0; start < items.length; start += length) cut.push(items.slice(start, start + length));
  return cut;
}
