import { ServerError, serverErrorOf } from '../db/server-error.js';
import type { Server } from '../db/server.js';
import { messageOf, TideoverError } from '../errors.js';
import { openDump, type Dump } from './dump.js';
import { Envelope } from './envelope.js';
import { eventType, headerLength } from './event.js';
import { currentPosition, gtidAt } from './position.js';
import { formatPosition, type BinlogPosition } from './source.js';

/** The server answers within this, or not at all: it looks for the place in one file of its log. */
const answerLimitMs = 120_000;
const heartbeatMs = 2_000;

/**
 * Where this server's log goes on from `saved`: there, or where it has the same GTID position, when `saved` was a place in the log of the primary that
 * this server replicated from (I5). Throws `binlog-purged` when it is neither: then changes are missing.
 */
export async function continuationOf(server: Server, saved: BinlogPosition): Promise<BinlogPosition> {
  const { gtid } = saved;
  // Journals of older versions have none.
  if (gtid === undefined) return saved;
  return server.withSession('finding the place in the binlog', async (session) => {
    const isThere = async (place: BinlogPosition): Promise<boolean> => isSame(await gtidAt(session, place), gtid);
    const end = { ...(await currentPosition(session)), gtid };
    if (await isThere(end)) return end;
    // Of another server, the place may be in the middle of the transaction that the GTID position ends with.
    if ((await isThere(saved)) && (await isBetweenGroups(server, saved))) return saved;
    const found = await firstGroupAfter(server, gtid, saved);
    const there = await gtidAt(session, found);
    if (isSame(there, gtid)) return { ...found, gtid };
    throw notThere(saved, gtid, `where it would go on, at ${formatPosition(found)}, its log is at "${there}"`);
  });
}

/** Both are one GTID for each replication domain, in any order. */
function isSame(a: string | null, b: string): boolean {
  const sorted = (gtid: string): string => gtid.split(',').sort().join(',');
  return a !== null && sorted(a) === sorted(b);
}

/** True when a transaction begins at the place, or the log ends there. */
async function isBetweenGroups(server: Server, place: BinlogPosition): Promise<boolean> {
  try {
    const first = await firstEvent(server, place);
    return first === null || first.type === eventType.gtid;
  } catch (error) {
    throwIfLost(error);
    // There is no event at the place.
    return false;
  }
}

/** Where the first transaction begins that the GTID position does not cover. The server looks for it. */
async function firstGroupAfter(server: Server, gtid: string, saved: BinlogPosition): Promise<BinlogPosition> {
  const first = await firstEvent(server, gtid).catch((error: unknown) => {
    throwIfLost(error);
    throw notThere(saved, gtid, messageOf(error));
  });
  if (first?.type === eventType.gtid) return first.place;
  throw notThere(saved, gtid, 'its log goes on with something else than a transaction');
}

/** A connection that breaks says nothing of the log. */
function throwIfLost(error: unknown): void {
  if (error instanceof ServerError && error.connectionLost) throw error;
}

/** The first event that is not about the log itself; null when the log ends before one. Rejects with what the server says, or when it says nothing. */
async function firstEvent(
  server: Server,
  from: BinlogPosition | string,
): Promise<{ readonly type: number; readonly place: BinlogPosition } | null> {
  const envelope = new Envelope();
  let file = '';
  let dump: Dump | undefined;
  let timer: NodeJS.Timeout | undefined;
  const found = new Promise<{ type: number; place: BinlogPosition } | null>((resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${answerLimitMs} ms`)), answerLimitMs);
    dump = openDump({
      connection: server.connectionOptions,
      from,
      heartbeatMs,
      onSign: () => undefined,
      onEvent: (raw) => {
        try {
          const event = envelope.open(raw);
          const type = event.readUInt8(4);
          if (type === eventType.rotate) file = event.toString('utf8', headerLength + 8);
          // While it looks for a GTID position the server has nothing to send either.
          else if (type === eventType.heartbeat && typeof from !== 'string') resolve(null);
          else if (!ofTheLog.has(type)) resolve({ type, place: { file, offset: event.readUInt32LE(13) - raw.length } });
        } catch (error) {
          reject(error instanceof Error ? error : new Error(messageOf(error)));
        }
      },
      onEnd: (error) =>
        reject(error === null ? new Error('the server ended the dump') : serverErrorOf(error, 'looking at the binlog')),
    });
  });
  return found.finally(async () => {
    clearTimeout(timer);
    await dump?.stop();
  });
}

/** Events between transactions that say nothing of one. */
const ofTheLog: ReadonlySet<number> = new Set([
  eventType.formatDescription,
  eventType.heartbeat,
  eventType.gtidList,
  eventType.binlogCheckpoint,
  eventType.stop,
  eventType.startEncryption,
]);

function notThere(saved: BinlogPosition, gtid: string, reason: string): TideoverError {
  return new TideoverError(
    'binlog-purged',
    `the server has no binlog from ${formatPosition(saved)} on, nor from the GTID position ${gtid} on: ${reason}`,
    {
      hint: 'The log was purged, or a replica was promoted that did not log what it replicated (log_slave_updates). Changes are missing for good: abort the run and start again.',
    },
  );
}
