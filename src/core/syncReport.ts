import { Failure } from './failure';
import { parseJson, printCanonicalJson } from './json';
import { isRecord } from './jsonRecord';

/**
 * What a sync says of itself. It carries no dump id: which dump it belongs to is an inference (`Catalog.pairReport`).
 * Source: seed "Sync reporting". Every part may be missing.
 */
export interface SyncReport {
  /** Epoch milliseconds, like the other two. */
  readonly started?: number;
  readonly finished?: number;
  readonly nextSync?: number;
  /** As spelled. Only `succeeded` is documented. */
  readonly status?: string;
  readonly outcome: SyncOutcome;
  /** The report's error as text (JSON, if it is not a text); absent if it is null or missing. */
  readonly error?: string;
  /** What could not be read, in words; the report is readable all the same. */
  readonly problems: readonly string[];
}

/** `unknown`: a status nobody told us of, and no error. */
export type SyncOutcome = 'succeeded' | 'failed' | 'unknown';

/** Throws `report.unreadable` (facts `key`, `detail`, maybe `line`, `column`) if the text is no JSON object. */
export function parseSyncReport(text: string, context: { readonly key: string }): SyncReport {
  const root = parseJson(text, { key: context.key, code: 'report.unreadable' });
  if (!isRecord(root)) throw new Failure('report.unreadable', { key: context.key, detail: 'it is not an object' });
  const problems: string[] = [];
  const started = parseTime(root['start_time'], 'start_time', problems);
  const finished = parseTime(root['finish_time'], 'finish_time', problems);
  const nextSync = parseTime(root['next_sync_at'], 'next_sync_at', problems);
  const status = textOf(root['status']);
  const error = textOf(root['error']);
  if (status === undefined) problems.push('status is missing');
  return {
    ...(started === undefined ? {} : { started }),
    ...(finished === undefined ? {} : { finished }),
    ...(nextSync === undefined ? {} : { nextSync }),
    ...(status === undefined ? {} : { status }),
    outcome: outcomeOf(status, error),
    ...(error === undefined ? {} : { error }),
    problems,
  };
}

function outcomeOf(status: string | undefined, error: string | undefined): SyncOutcome {
  if (error !== undefined || /fail|error|abort|cancel/i.test(status ?? '')) return 'failed';
  return /^succe(ss|eded)/i.test(status ?? '') ? 'succeeded' : 'unknown';
}

function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  return typeof value === 'string' ? value : printCanonicalJson(value);
}

/** Documented as epoch times, in milliseconds in the sample. Seconds and microseconds are told by their size, dates by their form. */
function parseTime(value: unknown, name: string, problems: string[]): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string' && !/^\d+$/.test(value)) {
    const time = Date.parse(value);
    if (!Number.isNaN(time)) return time;
  } else if (typeof value === 'number' || typeof value === 'string') {
    const number = Number(value);
    if (number > 0 && number < 1e11) return number * 1000;
    if (number >= 1e11 && number < 1e14) return number;
    if (number >= 1e14 && number < 1e17) return Math.floor(number / 1000);
  }
  problems.push(`${name} is not a time: ${printCanonicalJson(value)}`);
  return undefined;
}
