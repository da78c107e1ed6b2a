/** What a WebAssembly instance of the kernel has (`assembly/index.ts`). */
export interface KernelExports {
  readonly memory: KernelMemory;
  /** An area of at least so many bytes, 16-byte aligned; 0 if there is no memory left. It stays until it is released. */
  allocate(bytes: number): number;
  release(address: number): void;
}

export interface KernelMemory {
  readonly buffer: ArrayBuffer;
}
