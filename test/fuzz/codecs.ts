import { spawnSync } from 'node:child_process';
import { encoders } from '../unit/avro/container';

/** Every codec that can be read. bzip2 and xz are written by the programs of these names (Debian: bzip2, xz-utils). */
export const codecNames = ['null', 'deflate', 'snappy', 'zstandard', 'bzip2', 'xz'] as const;

export type Codec = (typeof codecNames)[number];

/** With these, bytes that are not what they were are known by a checksum. */
export const hasChecksum = (codec: Codec): boolean => codec === 'snappy' || codec === 'bzip2' || codec === 'xz';

export function compress(codec: Codec, data: Buffer): Buffer {
  if (codec !== 'bzip2' && codec !== 'xz') return encoders[codec](data);
  const args = codec === 'xz' ? ['-0', '--stdout'] : ['-1', '--stdout'];
  const { stdout, error, status } = spawnSync(codec, args, { input: data });
  if (error !== undefined || status !== 0) throw error ?? new Error(`${codec} ended with ${String(status)}`);
  return stdout;
}
