import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellAnatomy, maxAnatomyLength } from '../../../src/core/cellAnatomy';

const only = (text: string): unknown => {
  const parts = cellAnatomy(text);
  expect(parts.length).toBeLessThanOrEqual(1);
  return parts[0];
};

describe('JSON', () => {
  it('is laid out as spelled', () => {
    expect(only(' {"id":9007199254740993,"a":[1.50,{}],"a":"\\u00e9"} ')).toEqual({
      kind: 'json',
      wasQuoted: false,
      pretty: '{\n  "id": 9007199254740993,\n  "a": [\n    1.50,\n    {}\n  ],\n  "a": "\\u00e9"\n}',
    });
  });

  it('is found in a JSON string', () => {
    expect(only('"{\\"a\\":1}"')).toEqual({ kind: 'json', wasQuoted: true, pretty: '{\n  "a": 1\n}' });
    expect(only('"{not json"')).toBeUndefined();
  });

  it('has bounds', () => {
    expect(only(`${'['.repeat(201)}${']'.repeat(201)}`)).toBeUndefined();
    expect(only(`${'['.repeat(100)}${']'.repeat(100)}`)).toMatchObject({ kind: 'json' });
    expect(only(`["${'x'.repeat(maxAnatomyLength)}"]`)).toBeUndefined();
    expect(only(`${'['.repeat(150)}${'1,'.repeat(400_000)}1${']'.repeat(150)}`)).toBeUndefined();
    expect(only(`[${'1,'.repeat(400_000)}1]`)).toMatchObject({ kind: 'json' });
    expect(only('{"a":1,}')).toBeUndefined();
    expect(only('[')).toBeUndefined();
  });
});

describe('URLs', () => {
  it('are taken apart in their order', () => {
    expect(
      only('HTTPS://jane:pw@Shop.example:8443/caf%C3%A9/a?utm_source=a+b&q=%26&q=2&flag&bad=%E0%A4#top%20of'),
    ).toEqual({
      kind: 'url',
      scheme: 'https',
      user: 'jane:pw',
      host: 'Shop.example',
      port: '8443',
      path: '/caf%C3%A9/a',
      decodedPath: '/café/a',
      parameters: [
        { name: 'utm_source', value: 'a b' },
        { name: 'q', value: '&' },
        { name: 'q', value: '2' },
        { name: 'flag' },
        { name: 'bad', value: '%E0%A4', isMalformed: true },
      ],
      more: 0,
      hash: 'top of',
    });
    expect(only('s3://csq-rs3-acme/sync_1241/')).toMatchObject({
      host: 'csq-rs3-acme',
      path: '/sync_1241/',
      parameters: [],
    });
    expect(only('http://[::1]:80')).toMatchObject({ host: '[::1]', port: '80', path: '' });
  });

  it('are not sentences', () => {
    for (const text of ['see https://a.example', 'https:// a', 'a://', 'time: 12', '//a/b'])
      expect(only(text), text).toBeUndefined();
  });

  it('list so many parameters and count the rest', () => {
    expect(
      only(`https://a/?${Array.from({ length: 501 }, (_, index) => `p${index}=${index}`).join('&')}`),
    ).toMatchObject({ more: 1 });
  });
});

describe('query strings', () => {
  it('are taken apart', () => {
    expect(only('?a=1')).toEqual({ kind: 'query', parameters: [{ name: 'a', value: '1' }], more: 0 });
    expect(only('a=1&b%5B%5D=x%20y&c=')).toEqual({
      kind: 'query',
      parameters: [
        { name: 'a', value: '1' },
        { name: 'b[]', value: 'x y' },
        { name: 'c', value: '' },
      ],
      more: 0,
    });
  });
  it('are not formulas or sentences', () => {
    for (const text of ['a=1', '=1+1', 'a = b & c = d', 'Tom & Jerry', '1 == 2', 'x'.repeat(5000)])
      expect(only(text), text).toBeUndefined();
  });
});

describe('numbers, times and ids', () => {
  it.each([
    ['1763784729', [{ unit: 'seconds', iso: '2025-11-22T04:12:09Z' }]],
    ['1763784729123', [{ unit: 'millis', iso: '2025-11-22T04:12:09.123Z' }]],
    ['1763784729123456', [{ unit: 'micros', iso: '2025-11-22T04:12:09.123456Z' }]],
    ['1763784729123456789', [{ unit: 'nanos', iso: '2025-11-22T04:12:09.123456789Z' }]],
  ])('%s', (text, readings) => expect(only(text)).toEqual({ kind: 'epoch', readings }));

  it('leaves other numbers alone', () => {
    for (const text of ['42', '123456789', '9223372036854775807', '-1763784729', '1763784729.5'])
      expect(only(text), text).toBeUndefined();
  });

  it('reads times with a zone', () => {
    expect(only('2026-11-22 04:12:09.123456 +02:00')).toEqual({ kind: 'time', iso: '2026-11-22T02:12:09.123456Z' });
    expect(only('2026-11-22')).toBeUndefined();
  });

  it('knows what is in a UUID', () => {
    expect(only('c232ab00-9414-11ec-b3c8-9f6bdeced846')).toEqual({
      kind: 'uuid',
      version: 1,
      made: '2022-02-22T19:22:22.000000000Z',
    });
    expect(only('1EC9414C-232A-6B00-B3C8-9F6BDECED846')).toEqual({
      kind: 'uuid',
      version: 6,
      made: '2022-02-22T19:22:22.000000000Z',
    });
    expect(only('017f22e2-79b0-7cc3-98c4-dc0c0c07398f')).toEqual({
      kind: 'uuid',
      version: 7,
      made: '2022-02-22T19:22:22.000Z',
    });
    expect(only('919108f7-52d1-4320-9bac-f847db4148a8')).toEqual({ kind: 'uuid', version: 4 });
  });

  it('opens a JSON web token', () => {
    const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    expect(only(`${part({ alg: 'HS256' })}.${part({ sub: 'é', exp: 1 })}.c2ln`)).toEqual({
      kind: 'jwt',
      header: '{\n  "alg": "HS256"\n}',
      payload: '{\n  "sub": "é",\n  "exp": 1\n}',
    });
    expect(only('eyJhbGci.////.x')).toBeUndefined();
    expect(only('eyJhbGci.abcd.x')).toBeUndefined();
  });
});

it('never throws and is quick, whatever the text', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.webUrl({ withQueryParameters: true, withFragments: true }),
        fc.json(),
      ),
      (text) => {
        cellAnatomy(text);
      },
    ),
  );
  const started = performance.now();
  for (const piece of ['a=', 'a&', '[', '{"', 'https://a?', 'eyJa.', '%', '=&', '"\\"'])
    cellAnatomy(piece.repeat(Math.floor(maxAnatomyLength / piece.length)));
  expect(performance.now() - started).toBeLessThan(3000);
});
