import type { PendingCause } from '../delta/causes.js';
import type { PendingKind } from '../delta/delta-set.js';
import type { Checkpoint } from './journal.js';

type PendingChange = Checkpoint['pending'][number];

/** Far below the server's default max_allowed_packet of 16 MB; characters, so at most four times as many bytes. */
const maxPartLength = 1_000_000;

/** Pending changes as JSON texts, each of a size that fits into one row and one packet. */
export function encodePending(pending: readonly PendingChange[]): string[] {
  const parts: string[] = [];
  let items: string[] = [];
  let length = 0;
  for (const change of pending) {
    const item = JSON.stringify('cause' in change ? causeItem(change.cause) : [change.table, change.kind, change.key]);
    if (length + item.length > maxPartLength && items.length > 0) {
      parts.push(`[${items.join(',')}]`);
      items = [];
      length = 0;
    }
    items.push(item);
    length += item.length + 1;
  }
  if (items.length > 0) parts.push(`[${items.join(',')}]`);
  return parts;
}

/** The reverse of `encodePending`. Throws on anything that it did not write. */
export function decodePending(parts: readonly string[]): PendingChange[] {
  return parts.flatMap((part) => {
    const items: unknown = JSON.parse(part);
    if (!Array.isArray(items)) throw new Error('pending changes are no array');
    return items.map(changeOf);
  });
}

function changeOf(item: unknown): PendingChange {
  if (!Array.isArray(item)) throw new Error('a pending change is no array');
  const [table, kind, key] = item as unknown[];
  if (kind === 'cause') return { cause: causeOf(item) };
  if (typeof table !== 'string' || typeof key !== 'string' || !isKind(kind)) {
    throw new Error(`not a pending change: ${JSON.stringify(item)}`);
  }
  return { table, kind, key };
}

function causeItem({ child, foreignKey, gone, now, awaits, visible }: PendingCause): unknown[] {
  return [child, 'cause', foreignKey, gone, now, awaits, visible];
}

function causeOf(item: readonly unknown[]): PendingCause {
  const [child, , foreignKey, gone, now, awaits, visible] = item;
  const isValue = (value: unknown): value is string | null => value === null || typeof value === 'string';
  if (
    typeof child !== 'string' ||
    typeof foreignKey !== 'string' ||
    typeof visible !== 'boolean' ||
    !(isValue(gone) && isValue(now) && isValue(awaits))
  ) {
    throw new Error(`not a pending cause: ${JSON.stringify(item)}`);
  }
  return { child, foreignKey, gone, now, awaits, visible };
}

function isKind(value: unknown): value is PendingKind {
  return value === 'written' || value === 'deleted' || value === 'unknown';
}
