import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server as NetServer, type Socket } from 'node:net';
import { pipeline, Transform, type TransformCallback } from 'node:stream';
import type { ConnectionSettings } from '../db/dsn.js';
import { quoteId } from '../db/quote.js';
import { messageOf } from '../errors.js';
import { legibleGreeting, MessageReader, readLogin, schemaOfChangeUser, type Message } from './mysql-packets.js';

/** A statement as a client sent it. */
export interface SeenStatement {
  /** Number of the client's connection, from 1. */
  readonly connection: number;
  /** A change of the default schema by other means is written as `USE`. */
  readonly sql: string;
  /** There was more of it than is kept. */
  readonly cut: boolean;
  /** The server refused it at once. False also when that could not be seen. */
  readonly failed: boolean;
}

/** What was seen of everything that came through a tap. */
export interface TapLog {
  readonly statements: readonly SeenStatement[];
  /** Connections that sent at least one command. */
  readonly connections: number;
  /** Why not everything could be read; null when it could. */
  readonly illegible: string | null;
}

/** I8: what is kept of one statement, and of all. The INSERTs of dumps are just below 1 MB. */
const keptBytes = { statement: 1024 * 1024, all: 128 * 1024 * 1024 };

const command = { initDb: 0x02, query: 0x03, changeUser: 0x11, prepare: 0x16 } as const;
const firstByte = { error: 0xff, localInfile: 0xfb } as const;

/**
 * A way to a server on which the statements can be read: a port on loopback that passes every byte on, both ways, and changes nothing but
 * the capabilities in the greeting that would make the stream illegible (TLS, compression).
 */
export class StatementTap {
  readonly host = '127.0.0.1';
  readonly port: number;
  readonly #listener: NetServer;
  readonly #sockets: Set<Socket>;
  readonly #log: Recording;

  private constructor(listener: NetServer, sockets: Set<Socket>, log: Recording) {
    this.#listener = listener;
    this.#sockets = sockets;
    this.#log = log;
    this.port = (listener.address() as AddressInfo).port;
  }

  /** Rejects when no port can be opened. */
  static async open(target: ConnectionSettings): Promise<StatementTap> {
    const sockets = new Set<Socket>();
    const log = new Recording();
    const listener = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
      const server = connect({
        ...(target.socketPath === undefined
          ? { host: target.host, port: target.port, noDelay: true }
          : { path: target.socketPath }),
        allowHalfOpen: true,
      });
      for (const socket of [client, server]) {
        sockets.add(socket);
        socket.once('close', () => sockets.delete(socket));
      }
      const reading = log.newConnection();
      // A side that breaks ends the other one; whoever uses the connection is told by that.
      const ended = (): void => {
        client.destroy();
        server.destroy();
      };
      pipeline(client, reading.fromClient(), server, (error) => error && ended());
      pipeline(server, reading.fromServer(), client, ended);
    });
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    return new StatementTap(listener, sockets, log);
  }

  get log(): TapLog {
    return this.#log;
  }

  /** Cuts every connection; new ones are not taken any more. */
  async close(): Promise<void> {
    const closed = once(this.#listener, 'close');
    this.#listener.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}

class Recording implements TapLog {
  readonly statements: { connection: number; sql: string; cut: boolean; failed: boolean }[] = [];
  connections = 0;
  illegible: string | null = null;
  #opened = 0;
  #bytes = 0;

  newConnection(): ConnectionReading {
    return new ConnectionReading(this, ++this.#opened);
  }

  add(connection: number, text: Buffer, cut: boolean): { failed: boolean } {
    const statement = { connection, sql: text.toString('utf8'), cut, failed: false };
    this.#bytes += text.length;
    if (this.#bytes > keptBytes.all) this.illegible ??= 'it sent more statements than can be kept';
    else this.statements.push(statement);
    return statement;
  }
}

/** Follows the conversation on one connection. Whatever it makes of it, the bytes are passed on. */
class ConnectionReading {
  readonly #recording: Recording;
  readonly #number: number;
  #loggedIn = false;
  #commands = 0;
  /** The statement whose answer is due; only known while the client waits for each answer. */
  #awaiting: { failed: boolean } | null = null;
  #pipelines = false;
  /** The client sends a file; an empty message ends it. */
  #sendsFile = false;

  constructor(recording: Recording, number: number) {
    this.#recording = recording;
    this.#number = number;
  }

  fromClient(): Transform {
    const reader = new MessageReader(keptBytes.statement, (message) => this.#clientSaid(message));
    return passing((chunk) => this.#read(reader, chunk));
  }

  fromServer(): Transform {
    const reader = new MessageReader(4, (message) => this.#serverSaid(message));
    return passing((chunk) => this.#read(reader, chunk), new GreetingGate());
  }

  /** What cannot be understood must not hinder the conversation. */
  #read(reader: MessageReader, chunk: Buffer): void {
    try {
      reader.feed(chunk);
    } catch (error) {
      this.#recording.illegible ??= `its conversation was not understood (${messageOf(error)})`;
    }
  }

  #clientSaid(message: Message): void {
    if (!this.#loggedIn) {
      this.#loggedIn = true;
      const { wantsTls, schema } = readLogin(message.head);
      if (wantsTls) this.#recording.illegible ??= 'it insisted on TLS';
      this.#usesSchema(schema);
      return;
    }
    if (this.#sendsFile) {
      this.#sendsFile = message.length > 0;
      return;
    }
    // Anything else is a part of logging in.
    if (message.sequence !== 0 || message.length === 0) return;
    this.#obeyed(message);
  }

  #obeyed({ head, length }: Message): void {
    if (++this.#commands === 1) this.#recording.connections += 1;
    if (this.#awaiting !== null) this.#pipelines = true;
    this.#awaiting = null;
    const text = head.subarray(1);
    switch (head[0]) {
      case command.query:
      case command.prepare:
        this.#awaiting = this.#recording.add(this.#number, text, length > head.length);
        break;
      case command.initDb:
        this.#awaiting = this.#usesSchema(text.toString('utf8'));
        break;
      case command.changeUser:
        this.#usesSchema(schemaOfChangeUser(head));
    }
    if (this.#pipelines) this.#awaiting = null;
  }

  #usesSchema(schema: string | null): { failed: boolean } | null {
    if (schema === null) return null;
    return this.#recording.add(this.#number, Buffer.from(`USE ${quoteId(schema)}`), false);
  }

  #serverSaid({ head }: Message): void {
    if (this.#awaiting === null) return;
    if (head[0] === firstByte.error) {
      // A progress report looks like an error of this number.
      if (head[1] === 0xff && head[2] === 0xff) return;
      this.#awaiting.failed = true;
    }
    this.#sendsFile = head[0] === firstByte.localInfile;
    this.#awaiting = null;
  }
}

/** Passes chunks on after they were read; `gate` may hold the first ones back and change them. */
function passing(read: (chunk: Buffer) => void, gate?: GreetingGate): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      const passed = gate === undefined ? chunk : gate.pass(chunk);
      if (passed.length > 0) read(passed);
      done(null, passed);
    },
    flush(done: TransformCallback) {
      done(null, gate?.rest());
    },
  });
}

/** Holds the server's first packet until it is whole, makes it legible, and is out of the way from then on. */
class GreetingGate {
  #held: Buffer | null = Buffer.alloc(0);

  pass(chunk: Buffer): Buffer {
    if (this.#held === null) return chunk;
    const held = Buffer.concat([this.#held, chunk]);
    const end = held.length < 4 ? Infinity : 4 + held.readUIntLE(0, 3);
    if (held.length < end) {
      this.#held = held;
      return Buffer.alloc(0);
    }
    this.#held = null;
    return Buffer.concat([legibleGreeting(held.subarray(0, end)), held.subarray(end)]);
  }

  /** What is held of a greeting that never became whole. */
  rest(): Buffer {
    return this.#held ?? Buffer.alloc(0);
  }
}
