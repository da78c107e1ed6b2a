/**
 * What can go wrong, as data. A `Failure` is made where the fault is known (an adapter, a parser), travels with its
 * facts, and becomes words in one place (`describeFailure`).
 */

/** `area.reason`. Adapters translate foreign errors into one of these; `internal` is a fault of ours. */
export const failureCodes = [
  'cancelled',
  'internal',
  'store.accessDenied',
  'store.badCredentials',
  'store.changed',
  'store.expiredToken',
  'store.noCredentials',
  'store.noSuchBucket',
  'store.notFound',
  'store.network',
  'store.protocol',
  'store.throttled',
  'store.wrongRegion',
  'ref.noConnection',
  'ref.unreadable',
  'manifest.unreadable',
  'report.unreadable',
  'definitions.unreadable',
  'avro.empty',
  'avro.notAvro',
  'avro.truncated',
  'avro.badSchema',
  'avro.unknownCodec',
  'avro.corruptBlock',
  'avro.badSyncMarker',
  'avro.tooLarge',
  'catalog.noEarlierDump',
  'catalog.noManifest',
  'catalog.noSuchDump',
  'catalog.noSuchTable',
  'query.invalid',
  'rows.lost',
  'export.cannotWrite',
  'export.lost',
  'sql.noKey',
  'sql.badName',
  'sample.cannotWrite',
] as const;

export type FailureCode = (typeof failureCodes)[number];

/** Facts are JSON: they cross process boundaries. Use full words: `uri`, `key`, `bucket`, `profile`, `action`, `offset`, `block`, `detail`. */
export type FailureFacts = Readonly<Record<string, string | number | boolean>>;

/** The form in which a failure crosses a process boundary. No stack: the far side may be untrusted. */
export interface FailureData {
  readonly code: FailureCode;
  readonly facts: FailureFacts;
}

/** Each bundle (extension, store, worker) carries its own copy of the class; the mark makes `instanceof` see them as one. */
const mark = Symbol.for('dataConnect.failure');

export class Failure extends Error {
  readonly [mark] = true;
  readonly code: FailureCode;
  readonly facts: FailureFacts;

  constructor(code: FailureCode, facts: FailureFacts = {}, cause?: unknown) {
    super(`${code} ${JSON.stringify(facts)}`, cause === undefined ? undefined : { cause });
    this.name = 'Failure';
    this.code = code;
    this.facts = facts;
  }

  static override [Symbol.hasInstance](value: unknown): value is Failure {
    return typeof value === 'object' && value !== null && mark in value;
  }
}

/** True for a `Failure`, and if a code is given, only for one with that code. */
export function isFailure(error: unknown, code?: FailureCode): error is Failure {
  return error instanceof Failure && (code === undefined || error.code === code);
}

/** Any thrown thing as a `Failure`: aborts become `cancelled`, strangers `internal` with their message kept. */
export function toFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof Error && error.name === 'AbortError') return new Failure('cancelled', {}, error);
  return new Failure('internal', { detail: error instanceof Error ? error.message : String(error) }, error);
}

/** The same failure with more facts; facts already there win, because they were nearer to the fault. */
export function withFacts(error: unknown, facts: FailureFacts): Failure {
  const failure = toFailure(error);
  return new Failure(failure.code, { ...facts, ...failure.facts }, failure.cause ?? failure);
}

export function failureToData(error: unknown): FailureData {
  const failure = toFailure(error);
  return { code: failure.code, facts: failure.facts };
}

export function failureFromData(data: FailureData): Failure {
  return new Failure(data.code, data.facts);
}

/** Throws `cancelled` if the signal is aborted: for the gaps between awaits. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new Failure('cancelled');
}
