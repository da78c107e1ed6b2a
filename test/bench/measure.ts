import { open } from 'node:fs/promises';
import type { RangeSource } from '../../src/avro/container/rangeSource';

/** One line of the result. */
export interface Entry {
  readonly id: string;
  /** What was measured of ours, in `unit`. */
  readonly ours: number;
  /** The same of the other, measured in the same run; `null`: there is no other, and `gate` and `aim` are most of `ours`. */
  readonly peer: number | null;
  readonly unit: string;
  /** How many times as good as the other; `gate` and `aim` are the least of it. */
  readonly ratio: number | null;
  readonly gate: number;
  readonly aim: number;
}

/** A number with an upper limit. */
export function limited(id: string, ours: number, unit: string, gate: number, aim: number): Entry {
  return { id, ours, peer: null, unit, ratio: null, gate, aim };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = sorted.length % 2 === 1 ? [sorted[middle], sorted[middle]] : sorted.slice(middle - 1);
  return (low + high) / 2;
}

/** Runs each of several works in turn, `rounds` times over after one to warm up, and gives their medians in seconds. */
export async function interleaved(
  rounds: number,
  works: readonly (() => Promise<unknown>)[],
): Promise<readonly number[]> {
  const seconds: number[][] = works.map(() => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [index, work] of works.entries()) {
      const started = performance.now();
      await work();
      if (round > 0) seconds[index]?.push((performance.now() - started) / 1000);
    }
  }
  return seconds.map(median);
}

/** A local file by range; `close` when done. */
export async function openFileSource(file: string): Promise<RangeSource & { close(): Promise<void> }> {
  const handle = await open(file);
  const { size } = await handle.stat();
  return {
    async read(start, end, _signal, into) {
      const length = Math.max(0, Math.min(end, size) - start);
      const bytes = into ?? new Uint8Array(length);
      const { bytesRead } = await handle.read(bytes, 0, length, start);
      return { bytes: bytes.subarray(0, bytesRead), totalBytes: size, isOwned: true };
    },
    close: () => handle.close(),
  };
}
