/**
 * glibc takes large buffers from pages of their own, which it gives back when they are freed, and all others from a heap that stays as large as it
 * ever was; what counts as large grows with what has been freed, up to this (mallopt(3), `M_MMAP_THRESHOLD`).
 */
const ownPagesBytes = 32 * 1024 * 1024 + 4096;

/**
 * At least so many bytes, zeros, in pages of their own: only those that are written to take memory, and `freeBytes` gives all of them back to
 * the system at once. For what is large and is worked in for long.
 */
export function reserveBytes(bytes: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Math.max(bytes, ownPagesBytes));
}
