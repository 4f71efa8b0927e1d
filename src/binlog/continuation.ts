import { serverErrorOf } from '../db/server-error.js';
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
    if (await isThere(saved)) return saved;
    const end = { ...(await currentPosition(session)), gtid };
    if (await isThere(end)) return end;
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

/** Where the first transaction begins that the GTID position does not cover. The server looks for it. */
async function firstGroupAfter(server: Server, gtid: string, saved: BinlogPosition): Promise<BinlogPosition> {
  const envelope = new Envelope();
  let file = '';
  let dump: Dump | undefined;
  let timer: NodeJS.Timeout | undefined;
  const found = new Promise<BinlogPosition>((resolve, reject) => {
    const end = (reason: string): void => reject(notThere(saved, gtid, reason));
    timer = setTimeout(() => end(`no answer within ${answerLimitMs} ms`), answerLimitMs);
    dump = openDump({
      connection: server.connectionOptions,
      from: gtid,
      heartbeatMs,
      onSign: () => undefined,
      onEvent: (raw) => {
        try {
          const event = envelope.open(raw);
          const type = event.readUInt8(4);
          if (type === eventType.rotate) file = event.toString('utf8', headerLength + 8);
          if (type === eventType.gtid) resolve({ file, offset: event.readUInt32LE(13) - raw.length });
        } catch (error) {
          end(messageOf(error));
        }
      },
      onEnd: (error) =>
        end(error === null ? 'the server ended the dump' : messageOf(serverErrorOf(error, 'finding a GTID'))),
    });
  });
  return found.finally(async () => {
    clearTimeout(timer);
    await dump?.stop();
  });
}

function notThere(saved: BinlogPosition, gtid: string, reason: string): TideoverError {
  return new TideoverError(
    'binlog-purged',
    `the server has no binlog from ${formatPosition(saved)} on, nor from the GTID position ${gtid} on: ${reason}`,
    {
      hint: 'The log was purged, or a replica was promoted that did not log what it replicated (log_slave_updates). Changes are missing for good: abort the run and start again.',
    },
  );
}
