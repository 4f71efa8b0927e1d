import { crc32 } from 'node:zlib';
import { checksumLength, eventType, headerLength, postHeaderLengths } from './event.js';

/** Algorithms that a format event may name. */
const noChecksum = 0;
const crc32Checksum = 1;

/** What the server may send before a file's format event. */
const comeFirst: readonly number[] = [eventType.rotate, eventType.heartbeat];

/** An event is not what the server wrote; the message says how that shows. */
export class DamagedEvent extends Error {
  override readonly name = 'DamagedEvent';
}

/** Takes events out of what they were sent in: looks at the length in the header and at the checksum behind the event. */
export class Envelope {
  /** Whether events end in a CRC32. The format event decides; before it, what the connection asked for. */
  #checksums = true;
  /** An event without a checksum has been seen since the format event said that there is none. */
  #believed = true;

  /** A file has been named, and its format event has not come yet. */
  #isFormatDue = true;

  /** The event without its checksum. Throws DamagedEvent. */
  open(raw: Buffer): Buffer {
    if (raw.length <= headerLength) throw new DamagedEvent(`an event came as ${raw.length} bytes`);
    const length = raw.readUInt32LE(9);
    if (raw.length !== length) throw new DamagedEvent(`an event of ${length} bytes came as ${raw.length}`);
    const type = raw.readUInt8(4);
    if (type === eventType.formatDescription) this.#setAlgorithm(raw);
    else if (this.#isFormatDue && !comeFirst.includes(type)) {
      throw new DamagedEvent(`an event (code ${type}) where the format event must be`);
    }
    if (type === eventType.rotate) this.#isFormatDue = true;
    if (!this.#checksums) {
      // A format event always has room for a checksum.
      if (type === eventType.formatDescription) return raw.subarray(0, -checksumLength);
      // The one bit that switches the checks off must not be the damaged one.
      if (!this.#believed && endsInChecksum(raw)) {
        throw new DamagedEvent(
          `an event (code ${type}) with a checksum, although the format event says that there are none`,
        );
      }
      this.#believed = true;
      return raw;
    }
    if (!endsInChecksum(raw)) throw new DamagedEvent(`an event (code ${type}) whose checksum is wrong`);
    return raw.subarray(0, -checksumLength);
  }

  #setAlgorithm(raw: Buffer): void {
    const algorithm = raw.readUInt8(raw.length - checksumLength - 1);
    if (algorithm !== noChecksum && algorithm !== crc32Checksum) {
      throw new DamagedEvent(`a format event that names the checksum algorithm ${algorithm}`);
    }
    this.#checksums = algorithm === crc32Checksum;
    this.#believed = false;
    this.#isFormatDue = false;
  }
}

/** Throws a RangeError unless the format event, without its checksum, describes events as this reader knows them. */
export function requireKnownFormat(event: Buffer): void {
  const version = event.readUInt16LE(headerLength);
  const lengthsAt = headerLength + 57;
  if (version !== 4 || event.readUInt8(lengthsAt - 1) !== headerLength) {
    throw new RangeError(`a binlog of format version ${version}`);
  }
  for (const [type, length] of postHeaderLengths) {
    const stated = lengthsAt + type - 1 < event.length - 1 ? event.readUInt8(lengthsAt + type - 1) : length;
    if (stated !== length)
      throw new RangeError(`events (code ${type}) with a fixed part of ${stated} instead of ${length} bytes`);
  }
}

function endsInChecksum(raw: Buffer): boolean {
  const end = raw.length - checksumLength;
  return end >= headerLength && crc32(raw.subarray(0, end)) === raw.readUInt32LE(end);
}
