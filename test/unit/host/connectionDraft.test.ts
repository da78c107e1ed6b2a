import { describe, expect, it } from 'vitest';
import type { S3Connection } from '../../../src/core/connection';
import { connectionOf, draftOf, emptyDraft } from '../../../src/host/connections/connectionDraft';

const connection: S3Connection = {
  kind: 's3',
  id: 'acme',
  name: 'Acme',
  bucket: 'csq-rs3-acme',
  prefix: 'exports/acme/',
  credentials: 'chain',
};

describe('a connection that is edited', () => {
  it.each<[string, S3Connection]>([
    ['a plain one', connection],
    ['a profile and a region', { ...connection, profile: 'analytics', region: 'eu-west-1' }],
    ['typed keys', { ...connection, credentials: 'keys' }],
    [
      'a server without path style, as the settings say',
      { ...connection, endpoint: 'https://s3.example.com', pathStyle: false },
    ],
    ['path style on AWS', { ...connection, pathStyle: true }],
  ])('is the same when nothing is changed: %s', (_, given) => {
    expect(connectionOf(draftOf(given, undefined), given.id)).toEqual(given);
  });
});

describe('a place as it is pasted', () => {
  it.each([
    ['csq-rs3-acme/exports/acme', 'exports/acme/'],
    ['s3://csq-rs3-acme//exports/acme', 'exports/acme/'],
    ['s3://csq-rs3-acme/exports/acme/sync_12/_heap_table_name=users/part-00000.avro', 'exports/acme/'],
    [
      'https://console.aws.amazon.com/s3/buckets/csq-rs3-acme?prefix=exports%2Facme%2Fmanifests%2F',
      'exports/acme/',
    ],
    ['csq-rs3-acme', ''],
  ])('gives the prefix of the export: %s', (address, prefix) => {
    expect(connectionOf({ ...emptyDraft(), address, name: 'Acme' }, 'acme')).toMatchObject({
      bucket: 'csq-rs3-acme',
      prefix,
    });
  });
});
