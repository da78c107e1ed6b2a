import type { BlockTask, RowTester } from './blockTask';

/** Which rows pass each of some tests: a bit a row, lowest first, the rows of all blocks one after another. Rows that do not count have a 0. */
export function createMatchTask(testers: readonly RowTester[]): BlockTask {
  let rows = 0;
  let bits = testers.map(() => new Uint8Array(0));
  let passed = new Uint8Array(0);
  return {
    take(batch, mask) {
      if (passed.length < batch.rows) passed = new Uint8Array(batch.rows);
      const out = passed.subarray(0, batch.rows);
      for (const [index, tester] of testers.entries()) {
        const target = grown(bits[index] as Uint8Array<ArrayBuffer>, rows + batch.rows);
        bits[index] = target;
        tester.test(batch, out);
        for (let row = 0; row < batch.rows; row++) {
          if (out[row] === 0 || mask?.[row] === 0) continue;
          const at = rows + row;
          target[at >>> 3] = (target[at >>> 3] as number) | (1 << (at & 7));
        }
      }
      rows += batch.rows;
    },
    finish() {
      const matches = bits.map((target) => target.slice(0, Math.ceil(rows / 8)));
      bits = testers.map(() => new Uint8Array(0));
      rows = 0;
      return { matches };
    },
  };
}

function grown(bits: Uint8Array<ArrayBuffer>, count: number): Uint8Array<ArrayBuffer> {
  const bytes = Math.ceil(count / 8);
  if (bytes <= bits.length) return bits;
  const larger = new Uint8Array(Math.max(bytes, bits.length * 2, 1024));
  larger.set(bits);
  return larger;
}
