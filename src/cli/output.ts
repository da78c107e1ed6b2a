import type { Writable } from 'node:stream';

export interface Output {
  /** Resolves when the reader has taken it (or is known to have gone). Rejects if it cannot be written. */
  write(piece: string | Uint8Array): Promise<void>;
  /** Nobody reads any more: `| head` has had enough. */
  readonly isClosed: boolean;
}

/** What is printed finds no place: a full disk behind `>`, a device that is gone. */
export class OutputError extends Error {
  override readonly name = 'OutputError';
}

/** Text or bytes to a stream, one write at a time. That the reader goes away is no error; any other fault is an `OutputError`. */
export function createOutput(stream: Writable): Output {
  let isClosed = false;
  let failure: OutputError | undefined;
  // Without a listener a broken pipe ends the process with a stack trace.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') isClosed = true;
    else failure = new OutputError(error.message, { cause: error });
  });
  return {
    get isClosed() {
      return isClosed;
    },
    write: (piece) =>
      new Promise((resolve, reject) => {
        if (failure !== undefined) reject(failure);
        else if (isClosed || piece.length === 0) resolve();
        else
          stream.write(piece, (error?: NodeJS.ErrnoException | null) => {
            if (error === null || error === undefined) resolve();
            else if (error.code === 'EPIPE') {
              isClosed = true;
              resolve();
            } else reject(new OutputError(error.message, { cause: error }));
          });
      }),
  };
}

/** One line for a terminal: what keys and tables are called may hold line breaks and escape sequences. */
export function oneLine(text: string): string {
  return escapeControls(text.replace(/\s*[\r\n]+\s*/g, ' ')).trim();
}

/** Control characters, and those that turn the direction of text, spelled out. */
export function escapeControls(text: string): string {
  return text.replace(
    // eslint-disable-next-line no-control-regex -- they are what is looked for
    /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
