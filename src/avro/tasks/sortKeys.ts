import { freeBytes } from '../container/freeBytes';

/**
 * Keys of rows as bytes whose order (`memcmp`, then the row's place) is the order of the rows: descending keys are inverted, NULL
 * comes last either way. One key for each row that matched, in order, one after another; none is the beginning of another.
 */
export interface SortKeys {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where each key ends. */
  readonly ends: Uint32Array<ArrayBuffer>;
}

/** Gives their memory back; nobody may look at them any more. */
export function freeSortKeys({ bytes, ends }: SortKeys): void {
  freeBytes(bytes);
  freeBytes(new Uint8Array(ends.buffer));
}
