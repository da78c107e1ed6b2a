import { kernelBytes } from '../assembly/kernel.wasm';

/**
 * What a WebAssembly instance of the kernel has (`assembly/index.ts`). Addresses and lengths are in bytes; nothing here checks that
 * they lie in areas of the caller's.
 */
export interface KernelExports {
  readonly memory: KernelMemory;
  /** An area of at least so many bytes, 16-byte aligned, of any content, with 64 bytes behind it that may be read and written. It stays until it is released. Throws where there is no memory left. */
  allocate(bytes: number): number;
  release(address: number): void;
  /** Raw snappy behind its length, `from` to `end`, to `bytes` bytes at `to`: 1, or 0 if it is not that. */
  unsnappy(from: number, end: number, to: number, bytes: number): number;
  /** Finds the values of at most so many rows; `walk` is the address of its record (`assembly/walk.ts`). Gives how many rows there are. */
  walk(walk: number, maxRows: number): number;
  /** Writes rows as text; `job` is the address of its record (`assembly/text.ts`). 1 at the end of the batch, 0 where the next row does not fit. */
  writeRows(job: number): number;
  /** A record of statistics: kind 0 texts, 1 bytes, 2 varints; `ladder`: address of bins' widths, or 0; `expected`: about so many different values (`assembly/statistics.ts`). Allocates. */
  openStatistics(kind: number, ladder: number, expected: number): number;
  /** Notes the values of a column, `starts` and `ends` being the addresses of the column's own; `mask`: address of a byte a row, or 0. Allocates. */
  noteColumn(record: number, data: number, starts: number, ends: number, rows: number, mask: number): void;
  /** Before the record is read: leaves out of its table what cannot be frequent. */
  pruneStatistics(record: number): void;
  closeStatistics(record: number): void;
}

/** `buffer` is another one whenever the memory has grown: the one before is empty then. */
export interface KernelMemory {
  readonly buffer: ArrayBuffer;
}

/** The part of WebAssembly's interface that is used here; it may not be there at all. */
interface WebAssemblyApi {
  compile(bytes: Uint8Array): Promise<object>;
  Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

let modules: Promise<object | undefined> | undefined;

/** Makes kernels, each with a memory of its own; `undefined` where WebAssembly is not allowed. Compiled once a thread. */
export async function loadKernels(): Promise<(() => KernelExports) | undefined> {
  const { WebAssembly: api } = globalThis as unknown as { readonly WebAssembly?: WebAssemblyApi };
  if (api === undefined) return undefined;
  modules ??= api.compile(kernelBytes).catch(() => undefined);
  const module = await modules;
  if (module === undefined) return undefined;
  const imports = { env: { abort: fail } };
  return () => new api.Instance(module, imports).exports as KernelExports;
}

/** AssemblyScript's own faults, of which the memory's end is the only one that can occur. */
function fail(): never {
  throw new RangeError('The kernel has no memory left.');
}
