/**
 * As much of the client/server protocol as is needed to read a client's statements on their way.
 * Source: MariaDB's documentation, "Clients & Utilities: client/server protocol".
 */

/** Capability bits of the greeting that would make the stream illegible. */
const illegibleCapabilities = {
  compress: 1 << 5,
  ssl: 1 << 11,
  /** MySQL: zstd compression. */
  zstd: 1 << 26,
  /** MySQL: parameters before a statement's text. */
  queryAttributes: 1 << 27,
} as const;
/** Bit of MariaDB's extended capabilities: several commands in one. */
const comMulti = 1 << 1;

const clientProtocol41 = 1 << 9;
const connectWithDb = 1 << 3;
const secureConnection = 1 << 15;
const pluginAuthLenenc = 1 << 21;

/** Length of a packet that another one continues. */
const fullPacket = 0xffffff;

/** One message: what a packet and those that continue it carry. */
export interface Message {
  /** Of its first packet; 0 begins a command. */
  readonly sequence: number;
  /** Its first bytes, as many as the reader keeps. */
  readonly head: Buffer;
  readonly length: number;
}

/** Finds the messages in a stream that arrives in pieces of any size, and keeps no more than `keepBytes` of each. */
export class MessageReader {
  readonly #keepBytes: number;
  readonly #onMessage: (message: Message) => void;
  readonly #header = Buffer.alloc(4);
  #headerBytes = 0;
  #remaining = 0;
  #continued = false;
  #sequence = 0;
  #kept: Buffer[] = [];
  #keptBytes = 0;
  #length = 0;

  constructor(keepBytes: number, onMessage: (message: Message) => void) {
    this.#keepBytes = keepBytes;
    this.#onMessage = onMessage;
  }

  feed(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#headerBytes < 4) {
        const taken = chunk.copy(this.#header, this.#headerBytes, at, at + 4 - this.#headerBytes);
        this.#headerBytes += taken;
        at += taken;
        if (this.#headerBytes === 4) this.#begin();
        continue;
      }
      const part = chunk.subarray(at, at + this.#remaining);
      at += part.length;
      this.#remaining -= part.length;
      this.#keep(part);
      if (this.#remaining === 0) this.#end();
    }
  }

  #begin(): void {
    this.#remaining = this.#header.readUIntLE(0, 3);
    if (!this.#continued) {
      this.#sequence = this.#header[3]!;
      this.#kept = [];
      this.#keptBytes = 0;
      this.#length = 0;
    }
    this.#continued = this.#remaining === fullPacket;
    this.#length += this.#remaining;
    if (this.#remaining === 0) this.#end();
  }

  #keep(part: Buffer): void {
    const kept = part.subarray(0, this.#keepBytes - this.#keptBytes);
    if (kept.length === 0) return;
    this.#kept.push(Buffer.from(kept));
    this.#keptBytes += kept.length;
  }

  #end(): void {
    this.#headerBytes = 0;
    if (this.#continued) return;
    this.#onMessage({ sequence: this.#sequence, head: Buffer.concat(this.#kept), length: this.#length });
  }
}

/** The server's greeting (a whole packet) without the capabilities that would make the stream illegible; anything else as it is. */
export function legibleGreeting(packet: Buffer): Buffer {
  const protocol10 = 10;
  const version = packet.indexOf(0, 5);
  // Behind the version: thread id 4, scramble 8, filler 1, capabilities 2, charset 1, status 2, capabilities 2, length 1, reserved 6, extended 4.
  const lowAt = version + 1 + 4 + 8 + 1;
  const highAt = lowAt + 2 + 1 + 2;
  if (packet[4] !== protocol10 || version < 0 || packet.length < highAt + 2) return packet;
  const greeting = Buffer.from(packet);
  const illegible = Object.values(illegibleCapabilities).reduce((all, bit) => all | bit, 0);
  greeting.writeUInt16LE(greeting.readUInt16LE(lowAt) & ~illegible & 0xffff, lowAt);
  greeting.writeUInt16LE(greeting.readUInt16LE(highAt) & ~(illegible >>> 16) & 0xffff, highAt);
  const extendedAt = highAt + 2 + 1 + 6;
  // Bit 0 says MySQL; MariaDB clears it, and only then are there extended capabilities.
  const isMariaDb = (greeting.readUInt16LE(lowAt) & 1) === 0;
  if (isMariaDb && greeting.length >= extendedAt + 4) {
    greeting.writeUInt32LE((greeting.readUInt32LE(extendedAt) & ~comMulti) >>> 0, extendedAt);
  }
  return greeting;
}

/** What a client says of itself when it logs in. */
export interface Login {
  /** It goes on in TLS, though it was not offered. */
  readonly wantsTls: boolean;
  /** Its default schema, null when it names none. */
  readonly schema: string | null;
}

/** Reads a HandshakeResponse41 or an SSLRequest. */
export function readLogin(payload: Buffer): Login {
  const capabilities = payload.length >= 4 ? payload.readUInt32LE(0) : 0;
  if ((capabilities & illegibleCapabilities.ssl) !== 0) return { wantsTls: true, schema: null };
  if ((capabilities & clientProtocol41) === 0 || (capabilities & connectWithDb) === 0) {
    return { wantsTls: false, schema: null };
  }
  const userEnd = payload.indexOf(0, 32);
  let at = userEnd + 1;
  if ((capabilities & pluginAuthLenenc) !== 0) at = behindLenenc(payload, at);
  else if ((capabilities & secureConnection) !== 0) at += 1 + (payload[at] ?? 0);
  else at = payload.indexOf(0, at) + 1;
  return { wantsTls: false, schema: textAt(payload, at) };
}

/** The default schema in a COM_CHANGE_USER, null when it names none. */
export function schemaOfChangeUser(payload: Buffer): string | null {
  const userEnd = payload.indexOf(0, 1);
  return textAt(payload, userEnd + 2 + (payload[userEnd + 1] ?? 0));
}

/** Behind a length-encoded string; authentication data is never as long as 64 kB. */
function behindLenenc(payload: Buffer, at: number): number {
  const first = payload[at] ?? 0;
  return first === 0xfc ? at + 3 + payload.readUInt16LE(at + 1) : at + 1 + first;
}

function textAt(payload: Buffer, at: number): string | null {
  const end = payload.indexOf(0, at);
  const text = payload.toString('utf8', at, end < 0 ? payload.length : end);
  return text === '' ? null : text;
}
