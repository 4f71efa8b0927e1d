const secondsOf: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** Seconds of `90s`, `30m`, `24h`, `7d`; null for anything else, and for none. */
export function parseDuration(text: string): number | null {
  const [, count, unit] = /^(\d{1,7})([smhd])$/.exec(text.trim()) ?? [];
  if (count === undefined || unit === undefined) return null;
  const seconds = Number(count) * secondsOf[unit]!;
  return seconds > 0 ? seconds : null;
}
