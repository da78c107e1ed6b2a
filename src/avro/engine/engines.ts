import type { BlockEngine } from './blockEngine';
import type { ColumnPlan } from '../values/columns';
import { isScalar } from '../values/columns';
import { createScriptEngine } from './scriptEngine';
import { createWasmEngine } from './wasmEngine';
import { loadKernels } from './wasmKernel';

export interface BlockEngineOptions {
  /** No block may be larger, decompressed. */
  readonly maxBlockBytes: number;
  /** Which of the two, where both would do. Default: WebAssembly. */
  readonly prefer?: 'wasm' | 'script';
  /** Only the positions of these columns will be asked for: those of the others may mean nothing. They are checked all the same. Default: all. */
  readonly columns?: ReadonlySet<string>;
}

/**
 * The fastest engine for rows of these columns: in WebAssembly if rows are flat and the runtime allows it, else in TypeScript.
 * Nested columns must have their printers. Fails with `avro.unknownCodec`.
 */
export async function createBlockEngine(
  plans: readonly ColumnPlan[],
  codec: string,
  { maxBlockBytes, prefer = 'wasm', columns }: BlockEngineOptions,
): Promise<BlockEngine> {
  const isFlat = plans.every(({ value }) => isScalar(value));
  const createKernel = prefer === 'wasm' && isFlat ? await loadKernels() : undefined;
  return createKernel === undefined
    ? createScriptEngine(plans, codec, maxBlockBytes)
    : createWasmEngine({
        plans,
        codec,
        maxBlockBytes,
        createKernel,
        ...(columns === undefined ? {} : { columns }),
      });
}
