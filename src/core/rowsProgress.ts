import type { FailureData } from './failure';
import type { PartMetadata, PartProgress } from './partProgress';

/** One of the files whose rows are shown as one table. All JSON. */
export interface PartFacts {
  /** For people: the file's name. */
  readonly file: string;
  /** `s3://…` or a path. */
  readonly uri: string;
  /** Decimal; absent for a file outside an export. */
  readonly dump?: string;
  /** Indexes of the columns that this part does not have; absent while its header has not been read. */
  readonly absent?: readonly number[];
  /** Absent while its header has not been read. */
  readonly metadata?: PartMetadata;
  /** Why its rows are left out: it could not be opened. */
  readonly failure?: FailureData;
}

/**
 * How far the parts have been read, taken together: rows, blocks, bytes, requests and damage are sums over all parts. `state` is `complete`
 * when every part that can be opened is; `rows` are the rows whose numbers are exact: those before the first that has not been read.
 */
export interface DatasetProgress extends PartProgress {
  readonly parts: number;
  readonly partsComplete: number;
  /** Parts that could not be opened, if any: their rows are left out (`PartFacts.failure` says why). */
  readonly partsFailed?: number;
}

/** What has become of a query, a search or statistics. All JSON; a snapshot. */
export interface ScanProgress {
  readonly state: 'running' | 'complete' | 'cancelled' | 'failed';
  readonly failure?: FailureData;
  readonly scope: 'sample' | 'all';
  readonly rowsDone: number;
  /** Rows that matched so far. */
  readonly matched: number;
  readonly bytesDone: number;
  /** Stored bytes of all that is to be looked at. */
  readonly bytesTotal: number;
  /** Milliseconds since it began. */
  readonly elapsed: number;
  /** For people, if there is anything to say: `sorted with 48 MB on disk`. */
  readonly note?: string;
}

/** What a scan would have to fetch: bytes that are not in memory, and about how many requests. */
export interface ScanCost {
  readonly bytes: number;
  readonly requests: number;
}
