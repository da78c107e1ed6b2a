import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteWindow } from '../../../src/avro/container/byteWindow';
import { createMemorySource, type RangeSource } from '../../../src/avro/container/rangeSource';

const file = Buffer.alloc(7 * 1024 * 1024 + 321);
for (let at = 0; at + 4 <= file.length; at += 4) file.writeUInt32LE(Math.imul(at, 2654435761) >>> 0, at);

interface Told {
  readonly source: RangeSource;
  /** The memory of the reads that were given some. */
  readonly given: Set<ArrayBufferLike>;
}

/** `puts`: whether the read with this number goes into the memory that comes with it. */
function sourceThat(puts: (read: number) => boolean): Told {
  const memory = createMemorySource(file);
  const given = new Set<ArrayBufferLike>();
  let reads = 0;
  return {
    given,
    source: {
      async read(start, end, signal, into) {
        if (into !== undefined) given.add(into.buffer);
        // Later than the next read is asked for.
        await new Promise((resolve) => setImmediate(resolve));
        return memory.read(start, end, signal, puts(reads++) ? into : undefined);
      },
    },
  };
}

describe('a window that moves through a file', () => {
  const step = fc.record({
    /** Bytes asked for from where it stands: sometimes more than a read, as for a large block. */
    ask: fc.oneof(fc.integer({ min: 1, max: 200_000 }), fc.integer({ min: 200_000, max: 2_500_000 })),
    /** Of a hundred parts of them, so many are passed. */
    pass: fc.integer({ min: 0, max: 100 }),
  });

  it.each([
    ['into the memory given', () => true],
    ['elsewhere', () => false],
    ['now here, now there', (read: number) => read % 3 !== 2],
  ])('shows the bytes of the file, with reads that go %s', async (_, puts) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const window = new ByteWindow(sourceThat(puts).source, { signal: new AbortController().signal });
        await window.open();
        window.readSequentially();
        let at = 0;
        for (const { ask, pass } of steps) {
          const end = Math.min(at + ask, file.length);
          await window.ensure(end);
          expect(window.end).toBeGreaterThanOrEqual(end);
          expect(window.bytes(at, end).equals(file.subarray(at, end))).toBe(true);
          at += Math.floor(((end - at) * pass) / 100);
          window.discard(at);
          expect(window.bytes(at, end).equals(file.subarray(at, end))).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('takes the same memory over and over', async () => {
    const { source, given } = sourceThat(() => true);
    const window = new ByteWindow(source, { signal: new AbortController().signal });
    await window.open();
    window.readSequentially();
    for (let at = 0; at < file.length; at += 50_000) {
      await window.ensure(at + 50_000);
      window.discard(at + 40_000);
    }
    // Seven reads of a megabyte: one in use, two under way, and one between.
    expect(given.size).toBeLessThanOrEqual(4);
    expect(given.size).toBeGreaterThan(1);
  });

  it('gives no more memory to a source that puts its bytes elsewhere', async () => {
    const { source, given } = sourceThat(() => false);
    const window = new ByteWindow(source, { signal: new AbortController().signal });
    await window.open();
    window.readSequentially();
    await window.ensure(file.length);
    expect(given.size).toBeLessThanOrEqual(3);
  });
});
