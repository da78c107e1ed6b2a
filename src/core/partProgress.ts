import type { FailureData } from './failure';

/** How far a part has been read, and what was found. All JSON. */
export interface PartProgress {
  /** `reading`: in the background. `paused`: the limit for reading unasked was reached. `complete`: every block was decoded and checked. */
  readonly state: 'reading' | 'paused' | 'complete' | 'failed';
  /** Why reading stopped, while `state` is `failed`; reading on (`continue`) tries again. */
  readonly failure?: FailureData;
  /** Rows known so far; the part's exact number of readable rows once `complete`. */
  readonly rows: number;
  /** Blocks decoded so far. */
  readonly blocks: number;
  /** Offset up to which the file is known. */
  readonly bytesScanned: number;
  readonly totalBytes: number;
  /** What this view has fetched. */
  readonly bytesRead: number;
  readonly requests: number;
  /** Rows in the whole part, extrapolated from the blocks seen; absent when complete or nothing is known. */
  readonly estimatedRows?: number;
  readonly damage: readonly Damage[];
}

/** A stretch of the file that gave no rows, or fewer than it declares. */
export interface Damage {
  /** Of a dataset of several parts: the part's index. */
  readonly part?: number;
  readonly reason:
    'checksum' | 'syncMarker' | 'truncated' | 'decompression' | 'rows' | 'blockHeader' | 'trailingBytes';
  /** 0-based number of the block in the file. */
  readonly block: number;
  /** Where the block begins, bytes from the start of the file. */
  readonly offset: number;
  /** Where reading went on; the end of the file if nowhere. */
  readonly resumedAt: number;
  /** Rows the block header declares; absent if the header itself is not readable. */
  readonly declaredRows?: number;
  /** Rows shown from this block. */
  readonly decodedRows: number;
  /** Rows shown from all blocks before this one. */
  readonly rowsBefore?: number;
  /** For people: `its snappy checksum does not match`. */
  readonly detail: string;
}

/** What the header of a container says. All JSON. */
export interface PartMetadata {
  readonly codec: string;
  /** The writer's schema as in the file, verbatim. */
  readonly schemaText: string;
  /** Name of the top-level type: `topLevelRecord`. */
  readonly schemaName: string;
  /** 32 hexadecimal digits. */
  readonly syncMarker: string;
  readonly headerBytes: number;
  /** Header entries other than avro.schema and avro.codec, as text (bytes that are not UTF-8 as hex). */
  readonly entries: readonly { readonly key: string; readonly value: string }[];
}
