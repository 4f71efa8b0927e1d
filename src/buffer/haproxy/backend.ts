import { TideoverError } from '../../errors.js';
import { ask } from './runtime.js';
import type { SocketAddress } from './spec.js';

export interface ServerState {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  /** As an operator or the configuration set it; a server that is checked and down is still `ready`. */
  readonly admin: 'ready' | 'drain' | 'maint';
  readonly isBackup: boolean;
  readonly weight: number;
  /** Connections at once; 0: no limit. */
  readonly maxconn: number;
  /** Requests that wait for this very server. */
  readonly queued: number;
  /** Requests at the server now. */
  readonly inFlight: number;
  /** Requests that were sent to it since HAProxy's start. */
  readonly sent: number;
}

/** One backend at one moment. Counters run since HAProxy's start. */
export interface BackendState {
  readonly mode: string;
  /** How it balances: `roundrobin`, `leastconn`, … */
  readonly algorithm: string;
  readonly servers: readonly ServerState[];
  /** Requests that wait for any server. */
  readonly queued: number;
  /** Requests that came to this backend. */
  readonly arrived: number;
  /** Clients that left before their answer. */
  readonly clientsLeft: number;
  /** Answers with 5xx, the servers' and HAProxy's own. */
  readonly errors: number;
  /** The longest wait for a server, ms. */
  readonly longestWaitMs: number;
}

// Bits of srv_admin_state in "show servers state": forced, inherited, from the configuration, by name resolution; drain likewise.
const maintBits = 0x01 | 0x02 | 0x04 | 0x20;
const drainBits = 0x08 | 0x10;

/** Rejects with `buffer-failed` when there is no such backend. */
export async function readBackend(socket: SocketAddress, backend: string): Promise<BackendState> {
  const answer = await ask(socket, [`show stat ${backend} -1 -1`, `show servers state ${backend}`]);
  const rows = csvRows(answer).filter((row) => row['pxname'] === backend && row['svname'] !== 'FRONTEND');
  const whole = rows.find((row) => row['svname'] === 'BACKEND');
  if (whole === undefined) {
    throw new TideoverError('buffer-failed', `HAProxy has no backend "${backend}"`, {
      hint: '"show backend" on the runtime socket lists the names',
    });
  }
  const states = stateRows(answer);
  const servers = rows
    .filter((row) => row['svname'] !== 'BACKEND')
    .map((row): ServerState => {
      const name = row['svname'] ?? '';
      const state = states.get(name);
      const admin = Number(state?.['srv_admin_state'] ?? 0);
      return {
        name,
        address: state?.['srv_addr'] ?? '',
        port: Number(state?.['srv_port'] ?? 0),
        admin: (admin & maintBits) !== 0 ? 'maint' : (admin & drainBits) !== 0 ? 'drain' : 'ready',
        isBackup: row['bck'] === '1',
        weight: Number(state?.['srv_uweight'] ?? 0),
        maxconn: count(row['slim']),
        queued: count(row['qcur']),
        inFlight: count(row['scur']),
        sent: count(row['stot']),
      };
    });
  return {
    mode: whole['mode'] ?? '',
    algorithm: whole['algo'] ?? '',
    servers,
    queued: rows.reduce((sum, row) => sum + count(row['qcur']), 0),
    arrived: count(whole['stot']),
    clientsLeft: count(whole['cli_abrt']),
    errors: count(whole['hrsp_5xx']),
    longestWaitMs: count(whole['qtime_max']),
  };
}

function count(text: string | undefined): number {
  return Number(text ?? 0);
}

type Fields = Readonly<Record<string, string>>;

function fieldsOf(names: readonly string[], values: readonly string[]): Fields {
  return Object.fromEntries(names.map((name, i) => [name, values[i] ?? '']));
}

/** The part of the answer that "show stat" gave: a header with commas behind "# ", then rows. */
function csvRows(answer: string): Fields[] {
  const lines = answer.split('\n');
  const start = lines.findIndex((line) => line.startsWith('# pxname,'));
  if (start < 0) return [];
  const names = (lines[start] ?? '').slice(2).split(',');
  const end = lines.indexOf('', start);
  return lines.slice(start + 1, end < 0 ? undefined : end).map((line) => fieldsOf(names, line.split(',')));
}

/** The part that "show servers state" gave: a header with blanks behind "# be_id", then rows, by server name. */
function stateRows(answer: string): Map<string, Fields> {
  const lines = answer.split('\n');
  const start = lines.findIndex((line) => line.startsWith('# be_id '));
  if (start < 0) return new Map();
  const names = (lines[start] ?? '').slice(2).split(' ');
  const end = lines.indexOf('', start);
  return new Map(
    lines.slice(start + 1, end < 0 ? undefined : end).map((line) => {
      const fields = fieldsOf(names, line.split(' '));
      return [fields['srv_name'] ?? '', fields];
    }),
  );
}
