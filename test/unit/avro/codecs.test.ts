import { readFileSync } from 'node:fs';
import zlib from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codecNamed } from '../../../src/avro/container/codecs';
import { failureToData } from '../../../src/core/failure';
import { encoders, type CodecName } from './container';

const fixture = (name: string): Buffer => readFileSync(new URL(`../../fixtures/avro/${name}`, import.meta.url));
const codecNames = Object.keys(encoders) as CodecName[];

async function failureOf(codec: string, bytes: Uint8Array, maxBytes = 1e6): Promise<unknown> {
  return codecNamed(codec)(bytes, maxBytes).then(
    (data) => `${data.length} bytes`,
    (error: unknown) => failureToData(error),
  );
}

const corrupt = (reason: string): object => ({
  code: 'avro.corruptBlock',
  facts: { reason, detail: expect.any(String) as string },
});

/** The text in words.bz2. */
function words(): Buffer {
  const list = [
    'pageview',
    'session',
    'user',
    '/checkout',
    '/cart',
    'é',
    '日本',
    '🛒',
    'utm_source',
    'google',
    '=cmd',
  ];
  const text: string[] = [];
  let state = 1n;
  for (let i = 0; i < 60_000; i++) {
    state = (state * 1_103_515_245n + 12_345n) & 0x7fff_ffffn;
    text.push(list[Number((state >> 16n) % 11n)]!);
  }
  return Buffer.from(text.join(' ') + 'a'.repeat(3000));
}

describe.each(codecNames)('%s', (codec) => {
  it('gives back what was compressed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), async (bytes) => {
        const data = await codecNamed(codec)(encoders[codec](Buffer.from(bytes)), 1e6);
        expect(Buffer.from(data)).toEqual(Buffer.from(bytes));
      }),
      { numRuns: 50 },
    );
  });

  it('stops at the bound', async () => {
    const bomb = encoders[codec](Buffer.alloc(100_001));
    expect(await failureOf(codec, bomb, 100_000)).toEqual({ code: 'avro.tooLarge', facts: { maxBytes: 100_000 } });
    expect(await failureOf(codec, bomb, 100_001)).toBe('100001 bytes');
  });
});

describe.each(['deflate', 'snappy', 'zstandard', 'bzip2', 'xz'])('damaged %s', (codec) => {
  it.each([
    ['no bytes', Buffer.alloc(0)],
    ['text', Buffer.from('these are not compressed bytes at all')],
    ['bytes of ones', Buffer.alloc(60, 0xff)],
  ])('is said: %s', async (_, bytes) => {
    expect(await failureOf(codec, bytes)).toEqual(corrupt('decompression'));
  });
});

describe('snappy', () => {
  const stored = encoders.snappy(Buffer.from('pageview '.repeat(20)));

  it('has its checksum verified', async () => {
    const wrong = Buffer.from(stored);
    wrong[wrong.length - 1]! ^= 1;
    expect(await failureOf('snappy', wrong)).toEqual({
      code: 'avro.corruptBlock',
      facts: { reason: 'checksum', detail: 'its snappy checksum does not match' },
    });
  });

  it('never gives other bytes, whichever bit is flipped', async () => {
    let found = 0;
    for (let bit = 0; bit < stored.length * 8; bit++) {
      const wrong = Buffer.from(stored);
      wrong[bit >> 3]! ^= 1 << (bit & 7);
      const result = await codecNamed('snappy')(wrong, 1e6).catch(() => undefined);
      // A copy from one period earlier gives the very same bytes: that is no damage.
      if (result === undefined) found++;
      else expect(Buffer.from(result).toString()).toBe('pageview '.repeat(20));
    }
    expect(found).toBeGreaterThan(stored.length * 7);
  });

  it('allocates nothing for a length that cannot be', async () => {
    const claim = Buffer.concat([Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f]), Buffer.alloc(20)]);
    expect(await failureOf('snappy', claim, 2 ** 33)).toEqual(corrupt('decompression'));
  });
});

describe('zstandard', () => {
  it('may come in several frames', async () => {
    const frames = ['one ', 'two ', 'three'].map((text) => zlib.zstdCompressSync(Buffer.from(text)));
    const data = await codecNamed('zstandard')(Buffer.concat(frames), 100);
    expect(Buffer.from(data).toString()).toBe('one two three');
    expect(await failureOf('zstandard', Buffer.concat(frames), 10)).toEqual({
      code: 'avro.tooLarge',
      facts: { maxBytes: 10 },
    });
  });
});

describe('bzip2', () => {
  const stored = fixture('words.bz2');

  it('gives what the bzip2 tool was given, over several of its blocks', async () => {
    const data = await codecNamed('bzip2')(stored, 1e6);
    expect(Buffer.from(data).equals(words())).toBe(true);
  });

  it('may come in several streams', async () => {
    const data = await codecNamed('bzip2')(Buffer.concat([stored, stored]), 1e6);
    expect(Buffer.from(data).equals(Buffer.concat([words(), words()]))).toBe(true);
  });

  it('stops at the bound', async () => {
    expect(await failureOf('bzip2', stored, 100_000)).toEqual({
      code: 'avro.tooLarge',
      facts: { maxBytes: 100_000 },
    });
  });

  it('finds damage wherever it is', async () => {
    for (let i = 0; i < 60; i++) {
      const wrong = Buffer.from(stored);
      wrong[(i * 487) % wrong.length]! ^= 1 << (i % 8);
      expect(await failureOf('bzip2', wrong)).toEqual(corrupt('decompression'));
      expect(await failureOf('bzip2', stored.subarray(0, i * 487))).toEqual(corrupt('decompression'));
    }
  });
});

describe('xz', () => {
  const file = fixture('weather-xz.avro');
  const start = file.indexOf(Buffer.from('fd377a585a00', 'hex'));
  const stored = file.subarray(start, file.length - 16);

  it('stops at the bound', async () => {
    const whole = await codecNamed('xz')(stored, 1e6);
    expect(await failureOf('xz', stored, whole.length - 1)).toEqual({
      code: 'avro.tooLarge',
      facts: { maxBytes: whole.length - 1 },
    });
    expect(Buffer.from(await codecNamed('xz')(stored, whole.length))).toEqual(Buffer.from(whole));
  });

  it('finds a cut at any byte', async () => {
    for (let length = 0; length < stored.length; length++) {
      expect(await failureOf('xz', stored.subarray(0, length))).toEqual(corrupt('decompression'));
    }
  });
});
