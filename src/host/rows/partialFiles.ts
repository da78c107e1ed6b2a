import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { lstat, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Disposable } from '../../core/disposable';
import { isPartialPath, partialPath } from '../../core/partialPath';

/** A file that the data worker writes until all of it is there. */
export interface PartialFile {
  /** Absolute. Nobody has it yet. */
  readonly path: string;
  /** Once its writer is gone. False: it is still there. */
  remove(): Promise<boolean>;
  /** Nothing of it can be left any more. */
  end(): Promise<void>;
}

/**
 * Half-written exports, known by name outside of the worker that writes them, so that none outlives it. A note of each lies in a folder of the extension's
 * while it is written: should the whole window be killed, the next one removes what the note names. Only files of our own name are ever removed.
 */
export interface PartialFiles extends Disposable {
  /** Gives a name beside `finalPath`, and makes the note. A note that cannot be made is done without. */
  begin(finalPath: string): Promise<PartialFile>;
  /** Removes what processes of this machine left that are no more. Never rejects. */
  sweep(): Promise<void>;
  /** Ends the window's own: their writer has been told to end. */
  dispose(): void;
}

interface Note {
  readonly partial: string;
  readonly pid: number;
  readonly machine: string;
}

export function createPartialFiles(folder: string): PartialFiles {
  /** The notes of this process, by the file that they are about. */
  const mine = new Map<string, string>();
  const machine = os.hostname();

  const sweepNote = async (file: string): Promise<void> => {
    const note = parseNote(await readFile(file, 'utf8'));
    // A folder shared between machines has notes of processes that cannot be seen from here.
    if (note !== undefined && note.machine !== machine) return;
    if (note !== undefined && (mine.has(note.partial) || (note.pid !== process.pid && isAlive(note.pid)))) return;
    if (note !== undefined && !(await removeFile(note.partial))) return;
    await rm(file, { force: true });
  };

  return {
    async begin(finalPath) {
      const partial = partialPath(finalPath, randomBytes(6).toString('hex'));
      const file = path.join(folder, `${randomBytes(8).toString('hex')}.json`);
      mine.set(partial, file);
      const note: Note = { partial, pid: process.pid, machine };
      try {
        await mkdir(folder, { recursive: true });
        await writeFile(file, JSON.stringify(note), { mode: 0o600 });
      } catch {
        // Then it stays if the window is killed.
      }
      return {
        path: partial,
        remove: () => removeFile(partial),
        async end() {
          mine.delete(partial);
          // What could not be removed keeps its note: the next sweep tries again.
          if (!(await isThere(partial))) await rm(file, { force: true }).catch(() => undefined);
        },
      };
    },
    async sweep() {
      const files = await readdir(folder).catch(() => []);
      await Promise.all(files.map((name) => sweepNote(path.join(folder, name)).catch(() => undefined)));
    },
    dispose() {
      for (const partial of mine.keys()) {
        try {
          rmSync(partial, { force: true });
        } catch {
          // Its note stays, and the next window's sweep tries again.
        }
      }
    },
  };
}

function parseNote(text: string): Note | undefined {
  try {
    const { partial, pid, machine } = JSON.parse(text) as Partial<Record<keyof Note, unknown>>;
    if (typeof partial !== 'string' || !path.isAbsolute(partial) || !isPartialPath(partial)) return undefined;
    return typeof pid === 'number' && typeof machine === 'string' ? { partial, pid, machine } : undefined;
  } catch {
    return undefined;
  }
}

/** True if it is not there any more. */
async function removeFile(file: string): Promise<boolean> {
  await rm(file, { force: true }).catch(() => undefined);
  return !(await isThere(file));
}

function isThere(file: string): Promise<boolean> {
  return lstat(file).then(
    () => true,
    (error: unknown) => !(error instanceof Error && 'code' in error && error.code === 'ENOENT'),
  );
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Of another user's process we hear that it is there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
