import { Failure, type FailureCode, type FailureFacts, isFailure } from '../core/failure';
import { networkFailure } from './networkFailure';
import { cleanCause, oneLine } from './redact';

/** What was being done when something went wrong: the facts that every failure of a request carries. */
export interface RequestContext {
  readonly bucket: string;
  /** Relative to the connection's root; absent for a listing. */
  readonly key?: string;
  /** What a person would paste. */
  readonly uri: string;
  /** The permission it needs. */
  readonly action: 's3:ListBucket' | 's3:GetObject';
  readonly region?: string;
  readonly endpoint?: string;
  readonly profile?: string;
}

/** Marks an error as met while getting credentials, before anything was sent to the bucket. */
export class CredentialsFault extends Error {
  constructor(cause: unknown) {
    super('no credentials', { cause });
    this.name = 'CredentialsFault';
  }
}

/** S3's error codes. Sources: Amazon S3 API Reference, "Error responses"; AWS STS API Reference, "Common errors". */
const failuresByCode: ReadonlyMap<string, { readonly code: FailureCode; readonly reason?: string }> = new Map([
  ['AccessDenied', { code: 'store.accessDenied' }],
  ['AccessDeniedException', { code: 'store.accessDenied' }],
  ['AllAccessDisabled', { code: 'store.accessDenied' }],
  ['AccountProblem', { code: 'store.accessDenied' }],
  ['Forbidden', { code: 'store.accessDenied' }],
  ['ForbiddenException', { code: 'store.accessDenied' }],
  ['InvalidObjectState', { code: 'store.accessDenied', reason: 'archived' }],
  ['ExpiredToken', { code: 'store.expiredToken' }],
  ['ExpiredTokenException', { code: 'store.expiredToken' }],
  ['TokenRefreshRequired', { code: 'store.expiredToken' }],
  ['RequestExpired', { code: 'store.expiredToken' }],
  ['InvalidAccessKeyId', { code: 'store.badCredentials', reason: 'unknownKey' }],
  ['InvalidClientTokenId', { code: 'store.badCredentials', reason: 'unknownKey' }],
  ['UnrecognizedClientException', { code: 'store.badCredentials', reason: 'unknownKey' }],
  ['SignatureDoesNotMatch', { code: 'store.badCredentials', reason: 'wrongSecret' }],
  ['IncompleteSignature', { code: 'store.badCredentials', reason: 'wrongSecret' }],
  ['RequestTimeTooSkewed', { code: 'store.badCredentials', reason: 'clockSkew' }],
  ['InvalidToken', { code: 'store.badCredentials', reason: 'invalidToken' }],
  ['NoSuchBucket', { code: 'store.noSuchBucket' }],
  ['InvalidBucketName', { code: 'store.noSuchBucket' }],
  ['NoSuchKey', { code: 'store.notFound' }],
  ['NotFound', { code: 'store.notFound' }],
  ['PreconditionFailed', { code: 'store.changed' }],
  ['SlowDown', { code: 'store.throttled' }],
  ['ServiceUnavailable', { code: 'store.throttled' }],
  ['TooManyRequestsException', { code: 'store.throttled' }],
  ['RequestLimitExceeded', { code: 'store.throttled' }],
  ['Throttling', { code: 'store.throttled' }],
  ['ThrottlingException', { code: 'store.throttled' }],
  ['BandwidthLimitExceeded', { code: 'store.throttled' }],
  ['PermanentRedirect', { code: 'store.wrongRegion' }],
  ['TemporaryRedirect', { code: 'store.wrongRegion' }],
  ['IllegalLocationConstraintException', { code: 'store.wrongRegion' }],
]);

/** For answers without a code, as those to HEAD, and for codes that are not in the list. */
const failuresByStatus: ReadonlyMap<number, { readonly code: FailureCode; readonly reason?: string }> = new Map([
  [301, { code: 'store.wrongRegion' }],
  [307, { code: 'store.wrongRegion' }],
  [401, { code: 'store.accessDenied' }],
  [403, { code: 'store.accessDenied' }],
  [404, { code: 'store.notFound' }],
  [412, { code: 'store.changed' }],
  [429, { code: 'store.throttled' }],
  [500, { code: 'store.network', reason: 'serverError' }],
  [502, { code: 'store.network', reason: 'serverError' }],
  [503, { code: 'store.throttled' }],
  [504, { code: 'store.network', reason: 'serverError' }],
]);

/**
 * Any error of the SDK, of Node or of a credential source as a `Failure` with its facts:
 * those of the context, and as known `detail` (the far side's words), `reason` (one word, listed where it is set),
 * `errorCode` and `status` (as answered), `attempts`. Neither facts nor cause hold a key, a token or a signature.
 */
export function toStoreFailure(error: unknown, context: RequestContext): Failure {
  if (isFailure(error)) return new Failure(error.code, { ...context, ...error.facts }, error.cause);
  if (error instanceof CredentialsFault) return credentialsFailure(error.cause, context);
  if (error instanceof Error && error.name === 'AbortError') return new Failure('cancelled');
  return answeredFailure(error, context) ?? networkFailure(error, context) ?? unknownFailure(error, context);
}

/** The HTTP answer behind an error of the SDK, if there was one. */
export function answerOf(error: unknown): {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly attempts: number | undefined;
} {
  const fields = fieldsOf(error);
  const response = fieldsOf(fields['$response']);
  const metadata = fieldsOf(fields['$metadata']);
  return {
    status: numberIn(response['statusCode']) ?? numberIn(metadata['httpStatusCode']),
    headers: fieldsOf(response['headers']) as Readonly<Record<string, string>>,
    attempts: numberIn(metadata['attempts']),
  };
}

/** The region that S3 names in its answer to a request that was sent to, or signed for, another one. */
export function regionTold(error: unknown): string | undefined {
  const { status, headers } = answerOf(error);
  if (status !== 301 && status !== 307 && status !== 400) return undefined;
  const fields = fieldsOf(error);
  const told = headers['x-amz-bucket-region'] ?? fields['Region'];
  if (typeof told === 'string' && /^[a-z0-9-]+$/.test(told)) return told;
  // A redirect names the right host: csq.s3.eu-west-1.amazonaws.com, csq.s3-eu-west-1.amazonaws.com.
  const endpoint = fields['Endpoint'];
  return typeof endpoint === 'string'
    ? /\bs3[.-]([a-z]{2}(?:-[a-z]+)+-\d+)\.amazonaws\./.exec(endpoint)?.[1]
    : undefined;
}

/** S3 answered, with something else than what was asked for. */
function answeredFailure(error: unknown, context: RequestContext): Failure | undefined {
  const { status, headers, attempts } = answerOf(error);
  if (status === undefined) return undefined;
  const name = error instanceof Error ? error.name : '';
  const message = error instanceof Error ? oneLine(error.message) : '';
  const isNamed = failuresByCode.has(name) || name === 'AuthorizationHeaderMalformed';
  const facts: FailureFacts = {
    ...context,
    status,
    ...(attempts === undefined ? {} : { attempts }),
    ...(isServiceCode(name) ? { errorCode: name } : {}),
    ...(message === '' || message === 'UnknownError' ? {} : { detail: message }),
  };
  const contentType = headers['content-type'] ?? '';
  // A page of a login portal or of a proxy: whatever its status says, it is not S3 that says it.
  if (!isNamed && status < 500 && /html/i.test(contentType)) return notS3(status, contentType, context, error);
  if (status < 300) return notS3(status, contentType, context, error);

  const cause = cleanCause(error);
  if (name === 'AuthorizationHeaderMalformed') {
    return regionTold(error) === undefined
      ? new Failure('store.badCredentials', { ...facts, reason: 'malformedKey' }, cause)
      : new Failure('store.wrongRegion', facts, cause);
  }
  const kind = failuresByCode.get(name) ?? failuresByStatus.get(status);
  if (kind === undefined) return new Failure('store.protocol', facts, cause);
  if (kind.code === 'store.accessDenied' && /\bkms:/i.test(message)) {
    return new Failure(kind.code, { ...facts, reason: 'encryptionKey', action: 'kms:Decrypt' }, cause);
  }
  return new Failure(kind.code, { ...facts, ...(kind.reason === undefined ? {} : { reason: kind.reason }) }, cause);
}

function notS3(status: number, contentType: string, context: RequestContext, error: unknown): Failure {
  const kind = contentType === '' ? 'no content type' : oneLine(contentType);
  const detail = `the answer is not S3's (${status}, ${kind})`;
  return new Failure('store.protocol', { ...context, status, detail }, cleanCause(error));
}

/** Getting credentials failed: none there, expired, or a service on the way (SSO, STS) said no. */
function credentialsFailure(error: unknown, context: RequestContext): Failure {
  const message = error instanceof Error ? oneLine(error.message) : '';
  const facts: FailureFacts = { ...context, ...(message === '' ? {} : { detail: message }) };
  const cause = cleanCause(error);
  if (isFailure(error)) return new Failure(error.code, { ...context, ...error.facts }, cause);
  const isSso = /\bsso\b|aws login/i.test(message) || fieldsOf(error)['name'] === 'TokenProviderError';
  if (isSso && /expired|refresh|not found|invalid|login/i.test(message)) {
    return new Failure('store.expiredToken', { ...facts, reason: 'signIn' }, cause);
  }
  const name = error instanceof Error ? error.name : '';
  if (name === 'UnauthorizedException' || name === 'InvalidGrantException') {
    return new Failure('store.expiredToken', { ...facts, reason: 'signIn' }, cause);
  }
  const { status } = answerOf(error);
  if (status !== undefined) {
    const kind = failuresByCode.get(name) ?? failuresByStatus.get(status);
    const reason = kind?.code === 'store.accessDenied' ? 'role' : kind?.reason;
    const action = kind?.code === 'store.accessDenied' ? { action: 'sts:AssumeRole' } : {};
    return new Failure(
      kind?.code ?? 'store.noCredentials',
      { ...facts, ...action, status, ...(reason === undefined ? {} : { reason }) },
      cause,
    );
  }
  const network = networkFailure(error, context);
  if (network !== undefined) return network;
  return new Failure(
    'store.noCredentials',
    { ...facts, reason: context.profile === undefined ? 'none' : 'profile' },
    cause,
  );
}

function unknownFailure(error: unknown, context: RequestContext): Failure {
  const message = error instanceof Error ? oneLine(error.message) : oneLine(String(error));
  return new Failure('store.protocol', { ...context, detail: message }, cleanCause(error));
}

/** `AccessDenied` is a code; `Error`, `403` and the names of JavaScript's own errors are not. */
function isServiceCode(name: string): boolean {
  return (
    /^[A-Z][A-Za-z.]+$/.test(name) && !/^(Unknown|Error|SyntaxError|TypeError|RangeError|UnknownError)$/.test(name)
  );
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function numberIn(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
