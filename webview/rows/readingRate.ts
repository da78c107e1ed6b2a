import type { PartProgress } from '../../src/core/partProgress';

/** How reading a part goes on, from the snapshots that come while it does. DOM-free: the clock is handed in. */
export interface ReadingRate {
  /** Takes a snapshot; anything but `reading` ends the measurement. */
  add(progress: PartProgress): void;
  /** What can be said now; undefined while nothing is read, and in the first two seconds. */
  now(): Reading | undefined;
}

export interface Reading {
  /** Over the last five seconds; 0 if nothing came in them. */
  readonly bytesPerSecond: number;
  /** From where reading is to the end of the file. */
  readonly bytesToCome: number;
}

/** Quicker than this, numbers would only flicker past. */
const sayAfterMs = 2000;
/** Long enough to even out one large request, short enough to show that the line went slow. */
const windowMs = 5000;

interface Sample {
  readonly atMs: number;
  readonly bytes: number;
}

/** `nowMs` is a clock that never goes back, milliseconds from any start. */
export function createReadingRate(nowMs: () => number): ReadingRate {
  let startedMs: number | undefined;
  let samples: readonly Sample[] = [];
  let totalBytes = 0;
  return {
    add(progress) {
      if (progress.state !== 'reading') {
        startedMs = undefined;
        samples = [];
        return;
      }
      const atMs = nowMs();
      startedMs ??= atMs;
      ({ totalBytes } = progress);
      samples = [...inWindow(samples, atMs), { atMs, bytes: progress.bytesScanned }];
    },
    now() {
      const atMs = nowMs();
      const last = samples.at(-1);
      if (startedMs === undefined || last === undefined || atMs - startedMs < sayAfterMs) return undefined;
      return {
        bytesPerSecond: bytesPerSecond(inWindow(samples, atMs), atMs),
        bytesToCome: Math.max(0, totalBytes - last.bytes),
      };
    },
  };
}

/** The samples of the window, and the last one before it: from there the window's bytes are counted. */
function inWindow(samples: readonly Sample[], atMs: number): readonly Sample[] {
  const first = samples.findIndex((sample) => sample.atMs > atMs - windowMs);
  return first < 0 ? samples.slice(-1) : samples.slice(Math.max(0, first - 1));
}

function bytesPerSecond(samples: readonly Sample[], atMs: number): number {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined || atMs <= first.atMs) return 0;
  return Math.max(0, ((last.bytes - first.bytes) * 1000) / (atMs - first.atMs));
}
