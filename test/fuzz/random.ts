/** Numbers that look random and are the same for the same seed, on every machine. */
export interface Random {
  /** 0 to `below - 1`. */
  int(below: number): number;
  /** True in one of so many cases. */
  oneIn(cases: number): boolean;
  pick<Item>(list: readonly Item[]): Item;
  bytes(length: number): Buffer;
  /** All sizes of numbers, the ends of ranges often. */
  long(bits: 32 | 64): bigint;
}

/** Source: the generator called sfc32, of Chris Doty-Humphrey's PractRand. */
export function createRandom(seed: number): Random {
  let a = 0x9e37_79b9;
  let b = 0x243f_6a88;
  let c = seed | 0;
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  for (let warmUp = 0; warmUp < 12; warmUp++) next();
  const random: Random = {
    int: (below) => Math.floor((next() / 0x1_0000_0000) * below),
    oneIn: (cases) => random.int(cases) === 0,
    pick: (list) => list[random.int(list.length)]!,
    bytes: (length) => Buffer.from(Uint8Array.from({ length }, () => random.int(256))),
    long(bits) {
      const used = random.int(bits);
      const size = 1n << BigInt(used);
      if (random.oneIn(4)) return random.pick([size - 1n, -size, size >> 1n, 1n - size]);
      const value = ((BigInt(next()) << 32n) | BigInt(next())) & (size - 1n);
      return random.oneIn(2) ? value : -value - 1n;
    },
  };
  return random;
}
