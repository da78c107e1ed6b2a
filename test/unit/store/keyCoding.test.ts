import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeListedKey } from '../../../src/store/keyCoding';
import { compareUtf8 } from '../../../src/store/utf8Order';

const text = fc.string({ unit: 'binary' }); /* whole code points: no lone surrogates */

describe('keys of a listing', () => {
  it.each([
    ['a+b', 'a b'],
    ['a%20b', 'a b'],
    ['a%2Bb', 'a+b'],
    ['a%252Bb', 'a%2Bb'],
    ['_heap_table_name%3Dusers/part%22%27%26.avro', '_heap_table_name=users/part"\'&.avro'],
    ['%E6%97%A5%F0%9F%98%80%01%0A', '日\u{1F600}\u0001\n'],
  ])('%s is %s', (encoded, key) => expect(decodeListedKey(encoded)).toBe(key));

  it.each(['100%', '%zz', '%E6%97'])('keeps what was never encoded: %s', (key) => {
    expect(decodeListedKey(key)).toBe(key);
  });

  it('reads back what any server writes: a space as + or as %20', () => {
    fc.assert(
      fc.property(text, (key) => {
        const encoded = encodeURIComponent(key);
        expect(decodeListedKey(encoded)).toBe(key);
        expect(decodeListedKey(encoded.replaceAll('%20', '+'))).toBe(key);
        expect(decodeListedKey(encoded.replaceAll('%2F', '/'))).toBe(key);
      }),
    );
  });
});

describe('the order of keys', () => {
  it('is that of their UTF-8 bytes', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareUtf8(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
    expect(compareUtf8('\uFF5E', '\u{1F600}')).toBeLessThan(0);
    // The other way round by UTF-16 code units, which is what JavaScript's own order goes by.
    expect(['\uFF5E', '\u{1F600}'].sort()).toEqual(['\u{1F600}', '\uFF5E']);
  });
});
