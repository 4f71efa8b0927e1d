/**
 * The candidate that somebody who wrote `name` most likely meant; null when none is near. Case, hyphens and underscores do not count:
 * `chunk-time` is near `chunkTimeMs`.
 */
export function nearest(name: string, candidates: readonly string[]): string | null {
  const written = plain(name);
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: distance(written, plain(candidate)) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  // A third of the letters wrong is still a typo; more is another word.
  return best && best.distance <= Math.max(1, Math.floor(written.length / 3)) ? best.candidate : null;
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[-_]/g, '');
}

/** Letters to add, leave out, change or swap with their neighbour. */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, rows[i - 1]![j - 1]! + changed);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) least = Math.min(least, rows[i - 2]![j - 2]! + 1);
      row.push(least);
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}
