/** Random choices that a seed repeats. */
export interface Random {
  /** A whole number from 0 to just below the limit; 0 for a limit of 0. */
  below(limit: number): number;
  pick<T>(items: readonly T[]): T;
  bytes(length: number): Buffer;
}

/** The generator that Bob Jenkins calls small and fast, seeded by one number: https://burtleburtle.net/bob/rand/smallprng.html */
export function makeRandom(seed: number): Random {
  let a = 0xf1ea5eed;
  let [b, c, d] = [seed, seed, seed];
  const next = (): number => {
    const e = (a - ((b << 27) | (b >>> 5))) | 0;
    a = b ^ ((c << 17) | (c >>> 15));
    b = (c + d) | 0;
    c = (d + e) | 0;
    d = (e + a) | 0;
    return d >>> 0;
  };
  for (let round = 0; round < 20; round += 1) next();
  const below = (limit: number) => (limit <= 0 ? 0 : next() % limit);
  return {
    below,
    pick: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error("nothing to pick from");
      return item;
    },
    bytes: (length) => Buffer.from(Array.from({ length }, () => below(256))),
  };
}
