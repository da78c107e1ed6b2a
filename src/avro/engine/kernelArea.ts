import { Failure } from '../../core/failure';
import type { KernelExports } from './wasmKernel';

/**
 * WebAssembly's memory never shrinks. One that has grown beyond this for a large block is left to the garbage collector, and
 * work goes on in another.
 */
export const keptMemoryBytes = 32 * 1024 * 1024;
/** Areas for blocks are made so much at a time, so that blocks of nearly one size find them large enough. */
const areaStep = 64 * 1024;

/** A piece of a kernel's memory that is replaced by a larger one when it is too small. */
export class KernelArea {
  readonly kernel: KernelExports;
  address = 0;
  private bytes = -1;

  constructor(kernel: KernelExports) {
    this.kernel = kernel;
  }

  ofAtLeast(bytes: number): number {
    if (bytes <= this.bytes) return this.address;
    if (this.bytes >= 0) this.kernel.release(this.address);
    // Until the new one is there, there is none.
    this.bytes = -1;
    const rounded = Math.ceil((bytes + 1) / areaStep) * areaStep;
    this.address = allocate(this.kernel, rounded);
    this.bytes = rounded;
    return this.address;
  }

  fill(bytes: Uint8Array): number {
    const address = this.ofAtLeast(bytes.length);
    new Uint8Array(this.kernel.memory.buffer, address, bytes.length).set(bytes);
    return address;
  }
}

function allocate(kernel: KernelExports, bytes: number): number {
  try {
    return kernel.allocate(bytes);
  } catch (error) {
    const detail = `there is no memory for the ${bytes} bytes of it`;
    throw new Failure('avro.corruptBlock', { reason: 'decompression', detail }, error);
  }
}
