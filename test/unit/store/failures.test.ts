import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/core/failure';
import { CredentialsFault, regionTold, type RequestContext, toStoreFailure } from '../../../src/store/failures';

const context: RequestContext = {
  bucket: 'csq-rs3-acme',
  key: 'sync_1/a.avro',
  uri: 's3://csq-rs3-acme/sync_1/a.avro',
  action: 's3:GetObject',
  region: 'eu-west-1',
  profile: 'analytics',
};

/** An error as the SDK makes it from an answer. */
function answer(status: number, name: string, message = 'UnknownError', more: object = {}, headers: object = {}) {
  return Object.assign(new Error(message), {
    name,
    ...more,
    $metadata: { httpStatusCode: status, attempts: 2 },
    $response: { statusCode: status, headers },
  });
}

describe('answers of S3', () => {
  it.each([
    [403, 'AccessDenied', 'store.accessDenied', undefined],
    [403, 'AllAccessDisabled', 'store.accessDenied', undefined],
    [403, 'InvalidObjectState', 'store.accessDenied', 'archived'],
    [403, '403', 'store.accessDenied', undefined],
    [400, 'ExpiredToken', 'store.expiredToken', undefined],
    [403, 'ExpiredTokenException', 'store.expiredToken', undefined],
    [403, 'InvalidAccessKeyId', 'store.badCredentials', 'unknownKey'],
    [403, 'SignatureDoesNotMatch', 'store.badCredentials', 'wrongSecret'],
    [403, 'RequestTimeTooSkewed', 'store.badCredentials', 'clockSkew'],
    [400, 'InvalidToken', 'store.badCredentials', 'invalidToken'],
    [400, 'AuthorizationHeaderMalformed', 'store.badCredentials', 'malformedKey'],
    [404, 'NoSuchBucket', 'store.noSuchBucket', undefined],
    [400, 'InvalidBucketName', 'store.noSuchBucket', undefined],
    [404, 'NoSuchKey', 'store.notFound', undefined],
    [404, 'NotFound', 'store.notFound', undefined],
    [412, 'PreconditionFailed', 'store.changed', undefined],
    [412, '412', 'store.changed', undefined],
    [301, 'PermanentRedirect', 'store.wrongRegion', undefined],
    [503, 'SlowDown', 'store.throttled', undefined],
    [503, '503', 'store.throttled', undefined],
    [429, 'TooManyRequestsException', 'store.throttled', undefined],
    [500, 'InternalError', 'store.network', 'serverError'],
    [502, 'SyntaxError', 'store.network', 'serverError'],
    [400, 'InvalidArgument', 'store.protocol', undefined],
    [200, 'SyntaxError', 'store.protocol', undefined],
  ] as const)('%i %s is %s %s', (status, name, code, reason) => {
    const failure = toStoreFailure(answer(status, name), context);
    expect(failure.code).toBe(code);
    expect(failure.facts['reason']).toBe(reason);
    expect(failure.facts).toMatchObject({ ...context, status });
  });

  it('keeps what the far side says, its code and the tries', () => {
    const failure = toStoreFailure(answer(403, 'AccessDenied', 'User: arn:aws:iam::1:user/x\n  may not'), context);
    expect(failure.facts).toMatchObject({
      detail: 'User: arn:aws:iam::1:user/x may not',
      errorCode: 'AccessDenied',
      attempts: 2,
    });
  });

  it('names the permission that is missing for an encrypted object', () => {
    const message = 'User: arn:aws:iam::1:user/x is not authorized to perform: kms:Decrypt on the resource';
    const failure = toStoreFailure(answer(403, 'AccessDenied', message), context);
    expect(failure.facts).toMatchObject({ reason: 'encryptionKey', action: 'kms:Decrypt' });
  });

  it('does not take the refusal of a proxy for one of S3', () => {
    const html = { 'content-type': 'text/html; charset=utf-8' };
    expect(toStoreFailure(answer(403, 'SyntaxError', 'x', {}, html), context).code).toBe('store.protocol');
    expect(toStoreFailure(answer(404, 'SyntaxError', 'x', {}, html), context).code).toBe('store.protocol');
    expect(toStoreFailure(answer(503, 'SyntaxError', 'x', {}, html), context).code).toBe('store.throttled');
  });

  it('keeps no key, token, signature or signed text, neither in facts nor in the cause', () => {
    const error = answer(403, 'SignatureDoesNotMatch', 'AKIAIOSFODNN7EXAMPLE: X-Amz-Signature=deadbeef&x', {
      AWSAccessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      SignatureProvided: 'deadbeef',
      StringToSign: 'AWS4-HMAC-SHA256',
    });
    const failure = toStoreFailure(error, context);
    const cause = failure.cause as Error;
    const text = JSON.stringify([
      failure.facts,
      failure.message,
      cause.message,
      cause.stack,
      Object.entries(cause),
    ]);
    expect(text).not.toMatch(/AKIAIOSFODNN7EXAMPLE|deadbeef|AWS4-HMAC/);
    expect(cause.name).toBe('SignatureDoesNotMatch');
  });
});

describe('the region that S3 tells', () => {
  it.each([
    [answer(301, 'PermanentRedirect', 'x', {}, { 'x-amz-bucket-region': 'eu-west-1' }), 'eu-west-1'],
    [answer(400, 'AuthorizationHeaderMalformed', 'x', { Region: 'eu-west-1' }), 'eu-west-1'],
    [answer(301, 'PermanentRedirect', 'x', { Endpoint: 'b.s3-ap-southeast-2.amazonaws.com' }), 'ap-southeast-2'],
    [answer(307, 'TemporaryRedirect', 'x', { Endpoint: 'b.s3.us-gov-west-1.amazonaws.com' }), 'us-gov-west-1'],
    [answer(301, 'PermanentRedirect', 'x', { Endpoint: 'bucket.example.com' }), undefined],
    [answer(301, 'PermanentRedirect', 'x', {}, { 'x-amz-bucket-region': 'evil/../x' }), undefined],
    [answer(403, 'AccessDenied', 'x', {}, { 'x-amz-bucket-region': 'eu-west-1' }), undefined],
    [new Error('no answer'), undefined],
  ])('is read: case %#', (error, region) => expect(regionTold(error)).toBe(region));
});

describe('no answer', () => {
  const coded = (code: string, name = 'Error') => Object.assign(new Error(`${code} happened`), { code, name });
  it.each([
    [coded('ECONNREFUSED', 'TimeoutError'), 'refused'],
    [coded('ENOTFOUND'), 'unknownHost'],
    [coded('EAI_AGAIN'), 'unknownHost'],
    [coded('ECONNRESET', 'TimeoutError'), 'reset'],
    [coded('ETIMEDOUT'), 'timeout'],
    [Object.assign(new Error('socket timed out'), { name: 'TimeoutError' }), 'timeout'],
    [coded('ENETUNREACH'), 'unreachable'],
    [coded('SELF_SIGNED_CERT_IN_CHAIN'), 'tls'],
    [coded('ERR_TLS_CERT_ALTNAME_INVALID'), 'tls'],
    [coded('EPROTO'), 'handshake'],
    [coded('ERR_SSL_WRONG_VERSION_NUMBER'), 'handshake'],
    [new AggregateError([coded('ECONNREFUSED'), coded('ECONNREFUSED')], ''), 'refused'],
    [new Error('wrapped', { cause: coded('ENOTFOUND') }), 'unknownHost'],
  ])('is store.network: case %#', (error, reason) => {
    const failure = toStoreFailure(error, context);
    expect(failure.code).toBe('store.network');
    expect(failure.facts).toMatchObject({ reason, uri: context.uri });
  });

  it('tells another protocol from a broken line', () => {
    expect(toStoreFailure(coded('HPE_INVALID_CONSTANT'), context).code).toBe('store.protocol');
  });

  it('tells an abort', () => {
    const abort = Object.assign(new Error('Request aborted'), { name: 'AbortError' });
    expect(toStoreFailure(abort, context).code).toBe('cancelled');
  });
});

describe('no credentials', () => {
  const named = (name: string, message: string) => Object.assign(new Error(message), { name });
  it.each([
    [
      named('CredentialsProviderError', 'Could not load credentials from any providers'),
      'store.noCredentials',
      'profile',
    ],
    [
      named('CredentialsProviderError', 'The SSO session associated with this profile has expired.'),
      'store.expiredToken',
      'signIn',
    ],
    [
      named(
        'CredentialsProviderError',
        "The SSO session token associated with profile=x was not found or is invalid. To refresh this SSO session run 'aws sso login'",
      ),
      'store.expiredToken',
      'signIn',
    ],
    [named('TokenProviderError', 'Token is expired'), 'store.expiredToken', 'signIn'],
    [answer(401, 'UnauthorizedException', 'Session token not found or invalid'), 'store.expiredToken', 'signIn'],
    [answer(403, 'AccessDenied', 'not authorized to perform: sts:AssumeRole'), 'store.accessDenied', 'role'],
    [
      answer(403, 'ExpiredToken', 'The security token included in the request is expired'),
      'store.expiredToken',
      undefined,
    ],
    [
      answer(403, 'InvalidClientTokenId', 'The security token included in the request is invalid.'),
      'store.badCredentials',
      'unknownKey',
    ],
    [Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), 'store.network', 'refused'],
    [
      new Failure('store.noCredentials', { reason: 'noSuchProfile', profile: 'x' }),
      'store.noCredentials',
      'noSuchProfile',
    ],
  ] as const)('case %#: %s', (cause, code, reason) => {
    const failure = toStoreFailure(new CredentialsFault(cause), context);
    expect(failure.code).toBe(code);
    expect(failure.facts['reason']).toBe(reason);
    expect(failure.facts['bucket']).toBe(context.bucket);
  });

  it('names the permission that a role lacks, not the one on the bucket', () => {
    const failure = toStoreFailure(new CredentialsFault(answer(403, 'AccessDenied', 'no')), context);
    expect(failure.facts['action']).toBe('sts:AssumeRole');
  });
});
