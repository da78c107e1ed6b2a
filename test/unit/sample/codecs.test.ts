import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codecNamed } from '../../../src/avro/container/codecs';
import { compressBzip2 } from '../../../src/sample/bzip2';
import { compressBlock, sampleCodecs } from '../../../src/sample/codecs';
import { compressXz } from '../../../src/sample/xz';

/** Names that need care: runs, periods, every byte, nothing, one byte, more than one bzip2 block. */
const inputs: readonly (readonly [string, Uint8Array])[] = [
  ['nothing', new Uint8Array(0)],
  ['one byte', Uint8Array.of(65)],
  ['a run', new Uint8Array(70_000).fill(97)],
  [
    'runs of 3 to 6, 255 and 256',
    Buffer.from([3, 4, 5, 6, 255, 256, 259, 260].map((n, i) => String(i).repeat(n)).join('')),
  ],
  ['a period', Buffer.from('abcabd'.repeat(2000))],
  ['every byte', Uint8Array.from({ length: 4096 }, (_, i) => (i * 167 + (i >> 8)) & 255)],
  ['text', Buffer.from(Array.from({ length: 3000 }, (_, i) => `/de/p/tindra-${i % 17}?q=zelt ${i}\n`).join(''))],
  ['more than one block', Uint8Array.from({ length: 1_900_000 }, (_, i) => ((i * i) >>> 7) & 63)],
];

/** Debian's own tools; they are part of its base system, and of every CI machine of this project. */
function decompress(command: string, bytes: Uint8Array): Buffer {
  const run = spawnSync(command, ['-d', '-c'], { input: bytes, maxBuffer: 1 << 26 });
  expect(run.stderr.toString()).toBe('');
  expect(run.status).toBe(0);
  return run.stdout;
}

/** Python's standard library: the same formats read by another caller, with trailing garbage refused. */
function decompressInPython(module: 'bz2' | 'lzma', bytes: Uint8Array): Buffer {
  const code = `import sys,${module};sys.stdout.buffer.write(${module}.decompress(sys.stdin.buffer.read()))`;
  const run = spawnSync('python3', ['-c', code], { input: bytes, maxBuffer: 1 << 26 });
  expect(run.stderr.toString()).toBe('');
  return run.stdout;
}

describe.each([
  { name: 'bzip2', compress: compressBzip2, module: 'bz2' },
  { name: 'xz', compress: compressXz, module: 'lzma' },
] as const)('the $name encoder', ({ name, compress, module }) => {
  it.each(inputs)('is understood by others: %s', (_, input) => {
    const compressed = compress(input);
    expect(Buffer.compare(decompress(name, compressed), Buffer.from(input))).toBe(0);
    expect(Buffer.compare(decompressInPython(module, compressed), Buffer.from(input))).toBe(0);
  });
});

describe('what the encoders write', () => {
  const anyBytes = fc.oneof(
    fc.uint8Array({ maxLength: 3000 }),
    fc.array(fc.constantFrom(0, 1, 7, 255), { maxLength: 3000 }).map((bytes) => Uint8Array.from(bytes)),
  );

  it.each(sampleCodecs)('is what the readers that the product ships understand: %s', async (codec) => {
    const decompress = codecNamed(codec);
    await fc.assert(
      fc.asyncProperty(anyBytes, async (input) => {
        const output = await decompress(compressBlock(codec, input), 1 << 20);
        expect(Buffer.compare(output, input)).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});
