import { randomInt } from 'node:crypto';
import ZongJi from '@vlasky/zongji';
import type { ConnectionOptions } from 'mysql2';
import { TideoverError } from '../errors.js';
import type { BinlogPosition } from './source.js';

/**
 * The connection to the binlog: handshake, authentication and dump are @vlasky/zongji's. Its decoding is not used: a `ready` listener replaces the
 * command class (`BinlogClass`, set just before `ready` and instantiated just after) by a subclass that hands on the raw packets: zongji decodes some
 * values wrongly, checks no checksum, and goes on after an error. `test/integration/binlog-connection.test.ts` notices when an update of zongji breaks that.
 */
export interface Dump {
  pause(): void;
  resume(): void;
  /** Ends both connections. Idempotent. */
  stop(): Promise<void>;
}

export interface DumpOptions {
  readonly connection: ConnectionOptions;
  /** A place, or a GTID position. */
  readonly from: BinlogPosition | string;
  /** The server sends a heartbeat when it has had nothing to send for so long. */
  readonly heartbeatMs: number;
  /** One event, without the packet's leading status byte. The memory is valid during the call only. */
  readonly onEvent: (event: Buffer) => void;
  /** Bytes have arrived: a large event takes its time, and a heartbeat does not overtake it. */
  readonly onSign: () => void;
  /** The dump has ended: a mysql2 error, a TideoverError, or null when the server ended it. May be called more than once. */
  readonly onEnd: (error: unknown) => void;
}

/** What is used of mysql2's packet, connection and command, and of zongji's inside. */
interface Packet {
  readonly buffer: Buffer;
  readonly offset: number;
  readonly end: number;
  isEOF(): boolean;
}
interface WireConnection {
  readonly stream: { on(event: 'data', listener: () => void): unknown };
  query(sql: string, done: (error: Error | null) => void): void;
  pause(): void;
  resume(): void;
}
type NextStep = ((packet: Packet) => NextStep) | null;
interface BinlogCommand {
  onResult?: (error: Error) => void;
  start(packet: unknown, connection: unknown): unknown;
}
type BinlogCommandClass = new (callback: unknown) => BinlogCommand;
interface ZongjiInside {
  BinlogClass?: BinlogCommandClass;
  connection: WireConnection | null;
  ctrlConnection: WireConnection | null;
}

/** Server ids are 32 bits; two readers with the same one throw each other out. */
const maxServerId = 0xffffffff;

export function openDump(options: DumpOptions): Dump {
  const zongji = new ZongJi({ ...options.connection });
  const inside = zongji as unknown as ZongjiInside;
  let stopped: Promise<void> | undefined;
  zongji.on('error', (error: unknown) => options.onEnd(error));
  zongji.on('binlog', () => options.onEnd(hookBroken('it decoded an event itself')));
  zongji.on('ready', () => {
    const { BinlogClass, connection, ctrlConnection } = inside;
    if (typeof BinlogClass !== 'function' || !connection || !ctrlConnection) {
      options.onEnd(hookBroken('it has no BinlogClass when it is ready'));
      return;
    }
    inside.BinlogClass = rawCommandClass(BinlogClass, options);
    const failed = (error: Error | null): void => {
      if (error !== null) options.onEnd(error);
    };
    connection.stream.on('data', options.onSign);
    // Any value says that this reader knows checksums; the artificial events before the format event then have one too.
    connection.query("SET @master_binlog_checksum = 'CRC32'", failed);
    connection.query(`SET @master_heartbeat_period = ${Math.round(options.heartbeatMs * 1e6)}`, failed);
    // While paused nothing is read: by default the server would give up after a minute. Seconds.
    connection.query('SET SESSION net_write_timeout = 31536000', failed);
    // The control connection only waits for stop().
    ctrlConnection.query('SET SESSION wait_timeout = 31536000', failed);
  });
  zongji.start({
    serverId: randomInt(1, maxServerId),
    ...(typeof options.from === 'string'
      ? { gtidSet: options.from }
      : { filename: options.from.file, position: options.from.offset }),
  });
  return {
    pause: () => inside.connection?.pause(),
    resume: () => inside.connection?.resume(),
    stop: () =>
      (stopped ??= new Promise((resolve) => {
        zongji.once('stopped', resolve);
        zongji.stop();
      })),
  };
}

function rawCommandClass(base: BinlogCommandClass, options: DumpOptions): BinlogCommandClass {
  const receive = (packet: Packet): NextStep => {
    if (packet.isEOF()) {
      options.onEnd(null);
      return null;
    }
    options.onEvent(packet.buffer.subarray(packet.offset + 1, packet.end));
    return receive;
  };
  return class RawBinlogCommand extends base {
    override onResult = options.onEnd;

    /** Sends the dump command; from then on every packet goes to `receive`. */
    override start(packet: unknown, connection: unknown): unknown {
      super.start(packet, connection);
      return receive;
    }
  };
}

function hookBroken(what: string): TideoverError {
  return new TideoverError('internal-error', `@vlasky/zongji does not work as expected: ${what}`, {
    hint: 'Install the version that package.json pins.',
  });
}
