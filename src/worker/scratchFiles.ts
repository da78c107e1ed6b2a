import { randomBytes } from 'node:crypto';
import { constants, rmSync } from 'node:fs';
import { open, unlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { OpenScratch, ScratchFile } from '../avro/dataset/scratchFile';
import { Failure } from '../core/failure';

/** libuv's `UV_FS_O_TEMPORARY`, which Node passes on and does not name: Windows deletes the file when it is closed, however that comes about. */
const deleteOnClose = process.platform === 'win32' ? 0x0040 : 0;

export interface ScratchFiles {
  readonly open: OpenScratch;
  /** Files that are open. */
  readonly count: number;
}

/**
 * Opens temporary files in a folder (default: the system's): only this user can read them, and they have no name any more once they are
 * open, so that nothing of them stays when the process is killed. Windows keeps the name until they are closed.
 * Rejects, as do reads and writes, with `query.invalid` (`detail`) where the disk is full or nothing may be written.
 */
export function createScratchFiles(folder: string = os.tmpdir()): ScratchFiles {
  let count = 0;
  const openScratch: OpenScratch = async () => {
    const file = path.join(folder, `data-connect-${randomBytes(8).toString('hex')}.tmp`);
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | deleteOnClose;
    const handle = await inWords(folder, () => open(file, flags, 0o600));
    let isNamed = true;
    if (deleteOnClose === 0) {
      await unlink(file).then(
        () => (isNamed = false),
        () => undefined,
      );
    }
    let isDisposed = false;
    const scratch: ScratchFile = {
      write: (offset, bytes) =>
        inWords(folder, async () => {
          for (let done = 0; done < bytes.length;) {
            const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, offset + done);
            done += bytesWritten;
          }
        }),
      read: (offset, into) =>
        inWords(folder, async () => {
          for (let done = 0; done < into.length;) {
            const { bytesRead } = await handle.read(into, done, into.length - done, offset + done);
            if (bytesRead === 0) throw new Error('the temporary file is shorter than it was');
            done += bytesRead;
          }
        }),
      dispose() {
        if (isDisposed) return;
        isDisposed = true;
        void handle
          .close()
          .catch(() => undefined)
          .then(() => {
            count--;
            if (isNamed) rmSync(file, { force: true });
          });
      },
    };
    count++;
    return scratch;
  };
  return {
    open: openScratch,
    get count() {
      return count;
    },
  };
}

async function inWords<T>(folder: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const why = code === 'ENOSPC' ? 'the disk is full' : error instanceof Error ? error.message : String(error);
    throw new Failure(
      'query.invalid',
      { detail: `sorting so much takes a temporary file in ${folder}: ${why}` },
      error,
    );
  }
}
