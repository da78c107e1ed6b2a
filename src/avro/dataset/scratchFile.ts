/** A temporary file of one's own: for what is too large for memory. Nothing of it stays, however the process ends. */
export interface ScratchFile {
  /** Writes all of the bytes at an offset. The bytes are not kept: they may be changed when the promise has resolved. */
  write(offset: number, bytes: Uint8Array): Promise<void>;
  /** Fills `into` with the bytes from an offset on; all of them have been written. */
  read(offset: number, into: Uint8Array): Promise<void>;
  /** Closes and deletes it. */
  dispose(): void;
}

export type OpenScratch = () => Promise<ScratchFile>;
