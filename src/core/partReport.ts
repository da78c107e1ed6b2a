import type { Damage } from './partProgress';

/** What a part is found to be when every byte of it has been looked at. All JSON. */
export interface PartReport {
  readonly codec: string;
  /** Size of the file. */
  readonly bytes: number;
  /** Blocks with rows that can be read. */
  readonly blocks: number;
  /** What the headers of the blocks declare, as far as they can be read. A header that is itself wrong may declare anything. */
  readonly rowsDeclared: number;
  /** Rows that can be read. */
  readonly rowsDecoded: number;
  /** In the order of the file; of more than a thousand the last one stands for the rest. */
  readonly damage: readonly Damage[];
  /** Bytes behind the last block that are no block. */
  readonly trailingBytes: number;
  /** Nothing is wrong: rows declared = rows there, checksums, sync markers, no bytes over. */
  readonly isSound: boolean;
}
