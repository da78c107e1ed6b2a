/** Types of packages that bring none. */
declare module 'snappyjs' {
  /** Raw snappy. Throws if the input is not snappy, or would be longer than `maxLength`. */
  export function uncompress(compressed: Uint8Array, maxLength?: number): Uint8Array;
  export function compress(uncompressed: Uint8Array): Uint8Array;
}

/** The part of avsc that has the types: without its services and streams it is half as long to load. */
declare module 'avsc/lib/types' {
  import type avsc from 'avsc';

  export const Type: typeof avsc.Type;
  export const builtins: typeof avsc.types;
}

/** The compiled kernel, put in its place by the plugins of `assembly/build.mjs`. */
declare module '*/assembly/kernel.wasm' {
  export const kernelBytes: Uint8Array<ArrayBuffer>;
}
