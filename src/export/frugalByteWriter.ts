import { ByteWriter } from 'hyparquet-writer/src/bytewriter.js';
import { freeBuffer } from './freeBuffer';

/**
 * The package's writer leaves each buffer that it outgrows to the collector, which sees only the small handle: compressing the pages of a few row groups
 * lets twenty megabytes pile up. From here on every writer of the package, those that it makes itself too, gives them back at once.
 */
export function makeByteWritersFrugal(): void {
  ByteWriter.prototype.ensure = function ensure(this: ByteWriter, size: number): void {
    const old = this.buffer;
    if (this.index + size <= old.byteLength) return;
    const bytes = new Uint8Array(Math.max(2 * old.byteLength, this.index + size));
    bytes.set(new Uint8Array(old));
    this.buffer = bytes.buffer;
    this.view = new DataView(bytes.buffer);
    freeBuffer(new Uint8Array(old));
  };
}
