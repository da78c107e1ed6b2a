/** Types of packages that bring none. */
declare module 'snappyjs' {
  /** Raw snappy. Throws if the input is not snappy, or would be longer than `maxLength`. */
  export function uncompress(compressed: Uint8Array, maxLength?: number): Uint8Array;
  export function compress(uncompressed: Uint8Array): Uint8Array;
}
