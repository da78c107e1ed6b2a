import { describe, expect, it } from 'vitest';
import { comparePartFiles, parseObjectKey } from '../../../src/core/objectKey';

describe('object keys', () => {
  it('reads both layouts of part files', () => {
    expect(parseObjectKey('sync_1010103140/_heap_table_name=sessions/part-00061-45d3eb01-c000.avro')).toEqual({
      kind: 'part',
      dump: 1010103140n,
      folder: 'sync_1010103140',
      table: 'sessions',
      layout: 'named',
      file: 'part-00061-45d3eb01-c000.avro',
      part: 61,
    });
    expect(parseObjectKey('sync_852/sessions/part-00000-a.avro')).toMatchObject({
      table: 'sessions',
      layout: 'plain',
    });
  });

  it('keeps underscores of table names', () => {
    expect(parseObjectKey('sync_1/_heap_table_name=_add_to_cart_/part-0.avro')).toMatchObject({
      table: '_add_to_cart_',
    });
  });

  it('keeps dump ids beyond 2^53 exact', () => {
    expect(parseObjectKey('sync_9007199254740993/property_definitions.json')).toMatchObject({
      dump: 9007199254740993n,
    });
  });

  it('treats other keys as foreign, not as errors', () => {
    for (const key of [
      'imported_manifests/x.json',
      'sync_abc/users/part-0.avro',
      'sync_1/',
      'manifests/',
      'README.md',
      '',
    ]) {
      expect(parseObjectKey(key)).toEqual({ kind: 'foreign' });
    }
  });

  it('sorts parts by number', () => {
    expect(['part-10000-a', 'part-9999-b', 'part-00002-c', '_SUCCESS'].sort(comparePartFiles)).toEqual([
      'part-00002-c',
      'part-9999-b',
      'part-10000-a',
      '_SUCCESS',
    ]);
  });
});
