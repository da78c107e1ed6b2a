import { openPart, type OpenPartOptions, type Part } from '../../../src/avro/part/part';
import { createMemorySource, type RangeSource } from '../../../src/avro/container/rangeSource';
import { openRowStream } from '../../../src/avro/part/rowStream';
import type { Cell } from '../../../src/core/column';
import type { Damage, PartProgress } from '../../../src/core/partProgress';

export interface ReadPart {
  readonly part: Part;
  readonly rows: Cell[][];
  readonly progress: PartProgress;
}

const settledStates: readonly string[] = ['complete', 'paused', 'failed'];

/** Opens a part and waits until its reading stops. */
export async function settle(
  source: RangeSource | Buffer,
  options: Partial<OpenPartOptions> = {},
): Promise<{ readonly part: Part; readonly progress: PartProgress }> {
  let notify: () => void = () => undefined;
  const part = await openPart(Buffer.isBuffer(source) ? createMemorySource(source) : source, {
    readAheadBytes: Infinity,
    ...options,
    onProgress: (progress) => {
      options.onProgress?.(progress);
      notify();
    },
  });
  await new Promise<void>((resolve) => {
    notify = () => settledStates.includes(part.progress().state) && resolve();
    notify();
  });
  return { part, progress: part.progress() };
}

/** Opens a part, waits for its end, and asks for every row. */
export async function readPart(
  source: RangeSource | Buffer,
  options: Partial<OpenPartOptions> = {},
): Promise<ReadPart> {
  const { part, progress } = await settle(source, options);
  return { part, progress, rows: await part.rows(0, progress.rows) };
}

export interface Recorded extends RangeSource {
  /** Each read: from where to where. */
  readonly reads: [number, number][];
}

/** Bytes as a source that remembers what was read of them. */
export function recorded(bytes: Buffer): Recorded {
  const source = createMemorySource(bytes);
  const reads: [number, number][] = [];
  return {
    reads,
    read(start, end, signal) {
      reads.push([start, end]);
      return source.read(start, end, signal);
    },
  };
}

/** Bytes of a file that begins with a head and then has the same body over and over: as long as nobody could hold in memory. */
export function bytesOfLong(head: Buffer, body: Buffer, start: number, end: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(end - start);
  for (let at = start; at < end;) {
    const from = at < head.length ? head.subarray(at) : body.subarray((at - head.length) % body.length);
    const piece = from.subarray(0, end - at);
    bytes.set(piece, at - start);
    at += piece.length;
  }
  return bytes;
}

/** Every row in one pass, as arrays of JSON text. */
export async function streamRows(
  bytes: Buffer,
  request: { columns?: readonly number[]; limit?: number } = {},
): Promise<{ readonly rows: string[][]; readonly damage: Damage[]; readonly names: string[] }> {
  const stream = await openRowStream(createMemorySource(bytes));
  const rows: string[][] = [];
  const damage: Damage[] = [];
  for await (const batch of stream.batches({ ...request, onDamage: (found) => damage.push(found) })) {
    rows.push(...batch.map((row) => [...row]));
  }
  return { rows, damage, names: stream.columns.map((column) => column.name) };
}
