/** Numbers that look random and are the same in every run and on every machine. Not for secrets. */
export interface Random {
  /** 32 bits, unsigned. */
  next(): number;
  /** A whole number from 0 to `limit` - 1. */
  below(limit: number): number;
  /** True in `percent` of 100 calls. */
  chance(percent: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** Early entries more often than late ones, as visits to a shop's pages are. */
  pickSkewed<T>(list: readonly T[]): T;
  /** Any signed 64-bit number: ids of identities are hashes. */
  int64(): bigint;
  /** Positive, below 2^53: ids of anonymous visitors. */
  int53(): bigint;
}

/** One stream of numbers per seed (the sfc32 generator, seeded by FNV-1a hashes of the text). */
export function createRandom(seed: string): Random {
  let [a, b, c, counter] = [hash32(`${seed}/a`), hash32(`${seed}/b`), hash32(`${seed}/c`), 1];
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 12; i++) next();
  const below = (limit: number): number => Math.floor((next() / 0x1_0000_0000) * limit);
  const pick = <T>(list: readonly T[], index: number): T => {
    const item = list[index];
    if (item === undefined) throw new RangeError('nothing to pick from');
    return item;
  };
  return {
    next,
    below,
    chance: (percent) => below(100) < percent,
    pick: (list) => pick(list, below(list.length)),
    pickSkewed: (list) => pick(list, Math.min(below(list.length), below(list.length))),
    int64: () => BigInt.asIntN(64, (BigInt(next()) << 32n) | BigInt(next())),
    int53: () => (BigInt(next() >>> 11) << 32n) | BigInt(next()),
  };
}

/** FNV-1a over UTF-16 code units. */
export function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** A version 4 UUID that depends on the seed only. */
export function seededUuid(seed: string): string {
  const random = createRandom(`uuid/${seed}`);
  const hex = Array.from({ length: 4 }, () => random.next().toString(16).padStart(8, '0')).join('');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${(8 + random.below(4)).toString(16)}${hex.slice(17, 20)}`,
    hex.slice(20),
  ].join('-');
}
