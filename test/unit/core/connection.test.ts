import { describe, expect, it } from 'vitest';
import { exportPrefix, parseBucketAddress } from '../../../src/core/bucketAddress';
import { createConnectionId, parseConnection } from '../../../src/core/connection';

describe('connections from settings', () => {
  it('keeps what it knows and leaves out the rest', () => {
    expect(
      parseConnection({
        kind: 's3',
        id: 'acme',
        name: 'Acme',
        bucket: 'csq-rs3-acme',
        prefix: '/exports/acme',
        secretAccessKey: 'x',
      }),
    ).toEqual({
      kind: 's3',
      id: 'acme',
      name: 'Acme',
      bucket: 'csq-rs3-acme',
      prefix: 'exports/acme/',
      credentials: 'chain',
    });
  });

  it('refuses what cannot be used', () => {
    for (const value of [
      null,
      'x',
      {},
      { kind: 's3', id: 'A b', name: 'n', bucket: 'b' },
      { kind: 'folder', id: 'a', name: 'n' },
    ]) {
      expect(parseConnection(value)).toBeUndefined();
    }
  });

  it('makes ids that are fit for a URI and not taken', () => {
    expect(createConnectionId('CSQ rs3 Acmé', [])).toBe('csq-rs3-acm');
    expect(createConnectionId('a', ['a', 'a-2'])).toBe('a-3');
    expect(createConnectionId('日本', [])).toBe('bucket');
  });
});

describe('bucket addresses as people paste them', () => {
  it.each([
    ['csq-rs3-acme', 'csq-rs3-acme', ''],
    ['s3://csq-rs3-acme', 'csq-rs3-acme', ''],
    ['csq-rs3-acme/', 'csq-rs3-acme', ''],
    ['csq-rs3-acme/exports/acme', 'csq-rs3-acme', 'exports/acme'],
    ['s3://csq-rs3-acme/exports/', 'csq-rs3-acme', 'exports/'],
    ['  s3a://b-1/sync_1/users/part-0 (1).avro ', 'b-1', 'sync_1/users/part-0 (1).avro'],
    ['arn:aws:s3:::csq-rs3-acme/*', 'csq-rs3-acme', ''],
    ['arn:aws:s3:::csq-rs3-acme', 'csq-rs3-acme', ''],
    [
      'https://s3.console.aws.amazon.com/s3/buckets/csq-rs3-acme?prefix=exports/&region=eu-west-1',
      'csq-rs3-acme',
      'exports/',
    ],
    [
      'https://eu-west-1.console.aws.amazon.com/s3/buckets/csq-rs3-acme?region=eu-west-1&tab=objects',
      'csq-rs3-acme',
      '',
    ],
    [
      'https://csq-rs3-acme.s3.eu-west-1.amazonaws.com/manifests/sync_1.json',
      'csq-rs3-acme',
      'manifests/sync_1.json',
    ],
    ['https://s3.eu-west-1.amazonaws.com/csq-rs3-acme/a%20b', 'csq-rs3-acme', 'a b'],
  ])('reads %s', (text, bucket, key) => {
    expect(parseBucketAddress(text)).toMatchObject({ bucket, key });
  });

  it('takes the region where the address has one', () => {
    expect(parseBucketAddress('https://b-1.s3.eu-west-1.amazonaws.com/x')?.region).toBe('eu-west-1');
    expect(parseBucketAddress('https://s3.console.aws.amazon.com/s3/buckets/b-1?region=us-west-2')?.region).toBe(
      'us-west-2',
    );
  });

  it('refuses what is no address', () => {
    for (const text of ['', 'a b', 'https://example.com/x', 's3://', 'ftp://x/y'])
      expect(parseBucketAddress(text)).toBeUndefined();
  });

  it('finds the root of the export around an object', () => {
    expect(exportPrefix('exports/acme/sync_12/_heap_table_name=users/part-0.avro')).toBe('exports/acme/');
    expect(exportPrefix('manifests/sync_1.json')).toBe('');
    expect(exportPrefix('exports/acme')).toBe('exports/acme/');
  });
});
