/** An area of at least so many bytes, 16-byte aligned. It stays until it is released. Traps where there is no memory left. */
export function allocate(bytes: usize): usize {
  return heap.alloc(bytes);
}

/** Gives an area back. */
export function release(address: usize): void {
  heap.free(address);
}
