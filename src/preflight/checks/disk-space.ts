import { statfs } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Session } from '../../db/session.js';
import type { Plan } from '../../plan/plan.js';
import { readSize } from '../../schema/introspect.js';
import { field, serverRefusal, type Check, type PreflightContext } from '../context.js';

/** A copy is packed as well as its source or better, but the estimate is one of pages, and indexes are built with temporary files. */
const copyFactor = 1.2;
/** The copied rows are logged once as rows. */
const binlogFactor = 1;

/** Looks at the disk where it can be seen from here: a server on this machine. Elsewhere it says how much is needed. */
export const diskSpace: Check = async (context) => {
  const { plan, session, resuming, onWarning } = context;
  if (resuming) return [];
  const neededBytes = await bytesNeeded(session, plan);
  const where = await session.queryOne('SELECT @@datadir dir, @@hostname host');
  const freeBytes = isHere(context, field(where, 'host')) ? await freeBytesAt(field(where, 'dir')) : null;
  if (freeBytes === null) {
    onWarning?.(`the server's free disk space cannot be seen from here; about ${megabytes(neededBytes)} are needed`);
    return [];
  }
  if (freeBytes >= neededBytes) return [];
  return [
    serverRefusal(
      'disk-space',
      `the copy of ${plan.tables.map(({ table }) => table).join(', ')} and its binlog need about ${megabytes(neededBytes)}; ${field(where, 'dir')} has ${megabytes(freeBytes)} free`,
      'Make room on the disk of the data directory, or migrate fewer tables at once.',
    ),
  ];
};

/** What the copies and their rows in the binlog take, in bytes. */
export async function bytesNeeded(session: Session, plan: Plan): Promise<number> {
  let needed = 0;
  for (const { source } of plan.tables) {
    const { dataBytes, indexBytes } = await readSize(session, source.name);
    needed += (dataBytes + indexBytes) * copyFactor + dataBytes * binlogFactor;
  }
  return needed;
}

/** A loopback address can lead into a container: only the same host name makes it the same file system. */
function isHere({ server }: PreflightContext, serverHost: string): boolean {
  const { host, socketPath } = server.settings;
  const isLocal = socketPath !== undefined || host === 'localhost' || host === '::1' || host.startsWith('127.');
  return isLocal && serverHost === hostname();
}

async function freeBytesAt(directory: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(directory);
    return bavail * bsize;
  } catch {
    return null;
  }
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}
