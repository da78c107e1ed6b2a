import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstAtOrAfter } from '../../../webview/rows/rowJump';

describe('going to a row by its number', () => {
  it('finds the row, or the first after it, among rising numbers, with few questions', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat(100_000), { maxLength: 300 }).map((all) => all.toSorted((a, b) => a - b)),
        fc.nat(100_000),
        async (numbers, wanted) => {
          let asked = 0;
          const place = await firstAtOrAfter(wanted, numbers.length, (at) => {
            asked += 1;
            return Promise.resolve(numbers[at]!);
          });
          const expected = numbers.findIndex((number) => number >= wanted);
          expect(place).toBe(expected < 0 ? numbers.length : expected);
          expect(asked).toBeLessThanOrEqual(10);
        },
      ),
    );
  });
});
