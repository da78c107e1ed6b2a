/** Areas of bytes that are read or written have so many behind them, so that 16 bytes may be taken at a time anywhere. */
export const slack: u32 = 64;

/** An area of at least so many bytes, and `slack` behind them, 16-byte aligned. It stays until it is released. */
export function allocate(bytes: usize): usize {
  return heap.alloc(bytes + slack);
}

/** Gives an area back. */
export function release(address: usize): void {
  heap.free(address);
}
