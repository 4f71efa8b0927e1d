import type { Progress } from '../index.js';
import { formatCount } from './format.js';

/** `41 % copied, 1,000 compared` from the progress or the report that an engine left in the journal as JSON; `-` when it has not. */
export function storedProgressText(json: string | null): string {
  const fields = fieldsOf(json);
  const copied = countOf(fields['rowsCopied']);
  const estimated = countOf(fields['rowsEstimated']);
  const verified = countOf(fields['rowsVerified']);
  if (copied === null) return '-';
  const share =
    estimated === null || estimated === 0 ? '' : ` (${Math.min(100, Math.floor((100 * copied) / estimated))} %)`;
  return `${formatCount(copied)} copied${share}${verified === null || verified === 0 ? '' : `, ${formatCount(verified)} compared`}`;
}

/** What the engine foresaw when it last said something; an older engine foresaw nothing. */
export function storedOutlook(json: string | null): Pick<Progress, 'throttled' | 'forecast' | 'etaS' | 'window'> {
  const { throttled, forecast, etaS, window } = fieldsOf(json);
  return {
    throttled: typeof throttled === 'string' ? throttled : null,
    forecast: typeof forecast === 'object' ? (forecast as Progress['forecast']) : null,
    etaS: countOf(etaS),
    window: typeof window === 'object' ? (window as Progress['window']) : null,
  };
}

function fieldsOf(json: string | null): Record<string, unknown> {
  if (json === null) return {};
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function countOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
