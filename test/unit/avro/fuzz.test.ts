import { describe, expect, it } from 'vitest';
import { runCase } from '../../fuzz/check';

/** Some seeds of what `npm run fuzz` does for longer: see test/fuzz/main.ts. */
const first = 20_250_101;
const groups = 6;
const casesEach = 20;

describe('damaged containers, read in every way', () => {
  it.each(Array.from({ length: groups }, (_, group) => first + group * casesEach))(
    'give what is right or say what is wrong: seeds from %i on',
    async (from) => {
      let opened = 0;
      let damaged = 0;
      for (let seed = from; seed < from + casesEach; seed++) {
        const found = await runCase(seed);
        if ('message' in found) expect.unreachable(`npm run fuzz -- --seed ${seed} --cases 1: ${found.message}`);
        opened += +found.isOpened;
        damaged += +found.isDamaged;
      }
      expect(opened).toBeGreaterThan(casesEach / 3);
      expect(damaged).toBeGreaterThan(3);
    },
  );
});
