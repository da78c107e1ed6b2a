import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createInlineDecoders } from '../../../src/avro/tasks/inlineDecoders';
import { openPart, type OpenPartOptions, type Part } from '../../../src/avro/part/part';
import type { PartScanOptions, PartScanStep } from '../../../src/avro/part/partScan';
import { createMemorySource, type RangeSource } from '../../../src/avro/container/rangeSource';
import type { Decoders, ScanProgram } from '../../../src/avro/tasks/scanProgram';
import { Failure } from '../../../src/core/failure';
import { type CodecName, header, sync } from './container';
import { blockOf, numbered, schema } from './numberedRows';
import { readPart, recorded, settle, streamRows } from './reading';
import { cellRows } from './cellRows';

const bytesOf = (reads: readonly (readonly [number, number])[]): number =>
  reads.reduce((sum, [start, end]) => sum + end - start, 0);

const cells: ScanProgram = { task: { kind: 'cells', columns: ['id', 'text'] } };
const count: ScanProgram = { task: { kind: 'count' } };

async function scanned(
  part: Part,
  program: ScanProgram,
  options?: PartScanOptions,
): Promise<{ readonly rows: string[][]; readonly steps: PartScanStep[] }> {
  const steps: PartScanStep[] = [];
  for await (const step of part.scan(program, options)) steps.push(step);
  return { steps, rows: steps.flatMap(({ result }) => cellRows(result.cells)) };
}

/** Several inline decoders in turn, finishing out of order. */
function manyDecoders(width: number): Decoders & { disposed: number } {
  const inner = Array.from({ length: width }, () => createInlineDecoders());
  const many = {
    width,
    disposed: 0,
    open(setup: Parameters<Decoders['open']>[0]) {
      const decoders = inner.map((one) => one.open(setup));
      let next = 0;
      return {
        run: (stretch: Parameters<(typeof decoders)[0]['run']>[0]) => decoders[next++ % width]!.run(stretch),
        dispose() {
          many.disposed++;
          decoders.forEach((one) => one.dispose());
        },
      };
    },
    dispose: () => inner.forEach((one) => one.dispose()),
  };
  return many;
}

const open = (source: RangeSource | Buffer, options: Partial<OpenPartOptions> = {}): Promise<Part> =>
  openPart(Buffer.isBuffer(source) ? createMemorySource(source) : source, { readAheadBytes: 0, ...options });

describe('a scan', () => {
  it.each(['null', 'deflate', 'snappy'] as const)('gives every row of a %s part once, in order', async (codec) => {
    const bytes = numbered(60, 400, codec);
    for (const readAheadBytes of [0, 1_000_000, Infinity]) {
      const part = await open(bytes, { readAheadBytes, decoders: manyDecoders(3) });
      const { rows, steps } = await scanned(part, cells);
      expect(rows.map(([id]) => id)).toEqual(Array.from({ length: 24_000 }, (_, row) => `"${row}"`));
      let next = 0;
      for (const step of steps) {
        expect(step.firstRow).toBe(next);
        next += step.rows;
      }
      expect(steps.at(-1)!.bytesDone).toBe(bytes.length);
      expect(part.progress()).toMatchObject({ state: 'complete', rows: 24_000, bytesScanned: bytes.length });
      part.dispose();
    }
  });

  it('reads no byte twice, beside a background that is reading too', async () => {
    const bytes = numbered(200, 400, 'null');
    const source = recorded(bytes);
    const part = await open(source, { readAheadBytes: Infinity });
    await scanned(part, count);
    expect(part.progress().state).toBe('complete');
    expect(bytesOf(source.reads)).toBe(bytes.length);
  });

  it('of a part in memory reads nothing', async () => {
    const source = recorded(numbered(60, 400, 'snappy'));
    const { part } = await settle(source);
    const before = source.reads.length;
    const where = { kind: 'find', text: '23999' } as const;
    const { rows } = await scanned(part, { ...cells, where });
    expect(rows.map(([id]) => id)).toEqual(['"23999"']);
    expect((await scanned(part, cells)).rows).toHaveLength(24_000);
    expect(source.reads.length).toBe(before);
    expect(part.cost().bytes).toBeLessThan(60 * 40);
  });

  it('reads only what is selected, and knows what is not', async () => {
    const source = recorded(numbered(100, 400));
    const { part } = await settle(source, { cacheBytes: 0 });
    const before = source.reads.length;
    const wanted = new Set([5, 399, 400, 20_003, 39_999]);
    const selection = (first: number, rows: number): Uint8Array | undefined => {
      if (![...wanted].some((row) => row >= first && row < first + rows)) return undefined;
      const bits = new Uint8Array(Math.ceil(rows / 8));
      for (const row of wanted)
        if (row >= first && row < first + rows) bits[(row - first) >> 3]! |= 1 << ((row - first) & 7);
      return bits;
    };
    const { rows } = await scanned(part, cells, { selection });
    expect(rows.map(([id]) => Number(JSON.parse(id!)))).toEqual([...wanted]);
    expect(bytesOf(source.reads.slice(before))).toBeLessThan(5 * 85_000);
    // The same where the part is not known yet.
    const fresh = await open(numbered(100, 400));
    expect(
      (await scanned(fresh, cells, { selection: (first, n) => selection(first, Math.min(n, 1e6)) })).rows,
    ).toEqual(rows);
  });

  it('of the first rows ends with them', async () => {
    const source = recorded(numbered(400, 400));
    for (const limitRows of [1, 399, 400, 401, 1234]) {
      const part = await open(source);
      const { rows, steps } = await scanned(part, cells, { limitRows });
      expect(rows.map(([id]) => id)).toEqual(Array.from({ length: limitRows }, (_, row) => `"${row}"`));
      expect(steps.at(-1)!.bytesDone).toBeLessThanOrEqual(steps.at(-1)!.bytesTotal);
      expect((await scanned(part, cells, { limitRows })).rows).toEqual(rows);
      part.dispose();
    }
  });

  it('that follows another goes on where it ended, and two at once are both whole', async () => {
    const bytes = numbered(80, 400, 'snappy');
    const part = await open(bytes, { decoders: manyDecoders(2) });
    for await (const step of part.scan(count)) if (step.firstRow > 2_000) break;
    expect(part.progress().rows).toBeLessThan(32_000);
    const [first, second] = await Promise.all([scanned(part, cells), scanned(part, cells)]);
    expect(first.rows).toHaveLength(32_000);
    expect(second.rows).toEqual(first.rows);
  });

  it('leaves the background where it stood', async () => {
    const source = recorded(numbered(200, 400));
    const { part, progress } = await settle(source, { readAheadBytes: 1_000_000, cacheBytes: 0 });
    expect(progress.state).toBe('paused');
    for await (const step of part.scan(count)) if (step.firstRow + step.rows > 20_000) break;
    await new Promise<void>((resolve) => {
      const check = (): void => (part.progress().state === 'paused' ? resolve() : void setImmediate(check));
      check();
    });
    expect(part.progress().rows).toBeGreaterThan(20_000);
    expect(part.progress().rows).toBeLessThan(80_000);
  });
});

describe('the end of a scan', () => {
  /** Gives the first reads, and then none until it is told. */
  function held(bytes: Buffer, from: number): RangeSource & { readonly signals: AbortSignal[] } {
    const memory = createMemorySource(bytes);
    const signals: AbortSignal[] = [];
    return {
      signals,
      read(start, end, signal) {
        if (start < from) return memory.read(start, end, signal);
        signals.push(signal!);
        return new Promise((_, reject) => {
          signal!.addEventListener('abort', () => reject(new Failure('cancelled')));
        });
      },
    };
  }

  it.each(['its signal', 'the part'])(
    'comes at once with %s: reads are aborted and decoders freed',
    async (how) => {
      const source = held(numbered(200, 400), 1_000_000);
      const decoders = manyDecoders(2);
      const part = await open(source);
      const abort = new AbortController();
      const scan = scanned(part, count, { signal: abort.signal, decoders });
      await new Promise<void>((resolve) => {
        const check = (): void => (source.signals.length > 0 ? resolve() : void setImmediate(check));
        check();
      });
      if (how === 'the part') part.dispose();
      else abort.abort();
      await expect(scan).rejects.toMatchObject({ code: 'cancelled' });
      expect(source.signals.every((signal) => signal.aborted)).toBe(true);
      expect(decoders.disposed).toBeGreaterThan(0);
      if (how === 'its signal') expect(await part.rows(0, 2)).toHaveLength(2);
    },
  );

  it('by a failure of the source is that failure, after all whole rows before it', async () => {
    const memory = createMemorySource(numbered(200, 400));
    const source: RangeSource = {
      read: (start, end, signal) =>
        start >= 1_000_000 ? Promise.reject(new Failure('store.network')) : memory.read(start, end, signal),
    };
    const part = await open(source);
    const rows: number[] = [];
    const read = async (): Promise<void> => {
      for await (const step of part.scan(count)) rows.push(step.rows);
    };
    await expect(read()).rejects.toMatchObject({ code: 'store.network' });
    expect(rows.length).toBeGreaterThan(1);
  });
});

describe('a part of many shapes', () => {
  interface Shape {
    readonly codec: CodecName;
    readonly blocks: readonly number[];
    readonly rowSize: number;
    readonly damage: readonly { readonly kind: string; readonly at: number; readonly by: number }[];
  }
  const codecs = fc.constantFrom<CodecName>('null', 'deflate', 'snappy', 'zstandard');
  const shapes = fc.record({
    codec: codecs,
    blocks: fc.array(fc.nat(40), { maxLength: 12 }),
    rowSize: fc.constantFrom(3, 40, 2_000),
    damage: fc.array(
      fc.record({
        kind: fc.constantFrom('flip', 'cut', 'insert', 'marker', 'false marker'),
        at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        by: fc.integer({ min: 1, max: 255 }),
      }),
      { maxLength: 3 },
    ),
    cacheBytes: fc.constantFrom(0, 2_000, 1e6),
    width: fc.integer({ min: 1, max: 3 }),
    limitRows: fc.option(fc.nat(100), { nil: undefined }),
  });

  function build({ codec, blocks, rowSize, damage }: Shape): Buffer {
    let row = 0;
    const head = header(schema, codec);
    let body = Buffer.concat(
      blocks.map((rows) => {
        row += rows;
        return blockOf(row - rows, rows, codec, rowSize);
      }),
    );
    for (const { kind, at, by } of damage) {
      const offset = Math.floor(at * body.length);
      const before = body.subarray(0, offset);
      if (kind === 'flip' && body.length > 0) body[offset]! ^= by;
      if (kind === 'cut') body = Buffer.concat([before, body.subarray(offset + by)]);
      if (kind === 'insert') body = Buffer.concat([before, Buffer.alloc(by, by), body.subarray(offset)]);
      if (kind === 'marker') body = Buffer.concat([before, sync, body.subarray(offset)]);
      const marker = body.indexOf(sync, offset);
      if (kind === 'false marker' && marker >= 0) body[marker]! ^= by;
    }
    return Buffer.concat([head, body]);
  }

  it('gives the same rows and the same damage to a scan, to the background and to a single pass', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, async (shape) => {
        const bytes = build(shape);
        const expected = await streamRows(bytes);
        const part = await open(bytes, { stretchBytes: 500, cacheBytes: shape.cacheBytes });
        expect(await scanned(part, cells, { decoders: manyDecoders(shape.width) })).toMatchObject({
          rows: expected.rows,
        });
        expect(part.progress().damage).toEqual(expected.damage);
        expect(part.progress()).toMatchObject({ state: 'complete', rows: expected.rows.length });
        // Again, from what is known by now.
        expect((await scanned(part, cells)).rows).toEqual(expected.rows);
        const background = await readPart(bytes);
        expect(background.progress.damage).toEqual(expected.damage);
        expect(background.rows.map(([id]) => JSON.stringify(id))).toEqual(expected.rows.map(([id]) => id));
        if (shape.limitRows !== undefined) {
          const limited = await scanned(await open(bytes), cells, { limitRows: shape.limitRows });
          expect(limited.rows).toEqual(expected.rows.slice(0, shape.limitRows));
        }
      }),
      { numRuns: 150, seed: 4_711 },
    );
  });
});
