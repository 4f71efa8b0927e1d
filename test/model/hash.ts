/** 53 bits of a plain value: of a million states two share them with a probability of 1 in 18,000. Several times faster than a hash of the JSON. */
export function hashOf(value: unknown): number {
  const lanes = { a: 0xdeadbeef, b: 0x41c6ce57 };
  add(lanes, value);
  return 2 ** 32 * (lanes.b & 0x1fffff) + (lanes.a >>> 0);
}

interface Lanes {
  a: number;
  b: number;
}

/** Marks of what is no number, far from those that a state has. */
const marks = { null: -101, true: -102, false: -103, object: -104, array: -200 };

function add(lanes: Lanes, value: unknown): void {
  if (typeof value === 'number') mix(lanes, value);
  else if (typeof value === 'string') mix(lanes, hashOfWord(value));
  else if (typeof value === 'boolean') mix(lanes, value ? marks.true : marks.false);
  else if (value === null) mix(lanes, marks.null);
  else if (Array.isArray(value)) {
    mix(lanes, marks.array - value.length);
    for (const item of value) add(lanes, item);
  } else {
    mix(lanes, marks.object);
    for (const name in value as object) add(lanes, (value as Record<string, unknown>)[name]);
  }
}

function mix(lanes: Lanes, n: number): void {
  lanes.a = Math.imul(lanes.a ^ n, 2654435761);
  lanes.a ^= lanes.a >>> 15;
  lanes.b = Math.imul(lanes.b ^ n, 1597334677);
  lanes.b ^= lanes.b >>> 13;
}

/** States are made of few words. */
const words = new Map<string, number>();

function hashOfWord(word: string): number {
  let hash = words.get(word);
  if (hash === undefined) {
    hash = 0;
    for (let i = 0; i < word.length; i++) hash = (Math.imul(hash, 31) + word.charCodeAt(i)) | 0;
    words.set(word, hash);
  }
  return hash;
}
