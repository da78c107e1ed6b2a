import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { DatasetSource } from '../avro/dataset/dataset';
import { UsageError } from './usage';

/**
 * Where `--out` leads: through links, to a file that is there or can be made. Throws `UsageError` for what is no file (a device would be replaced by one),
 * and for a file that is being read.
 */
export async function resolveOutFile(
  out: string,
  sources: readonly DatasetSource[],
  usage: string,
): Promise<string> {
  if (out === '' || /[/\\]$/.test(out)) throw new UsageError(`--out wants the name of a file`, usage);
  const file = await realpath(out).catch(() => path.resolve(out));
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) return file;
  if (!found.isFile()) throw new UsageError(`--out: ${out} is there and is not a file`, usage);
  for (const { facts } of sources) {
    const source = await stat(facts.uri).catch(() => undefined);
    if (source !== undefined && source.ino === found.ino && source.dev === found.dev)
      throw new UsageError(`--out: ${out} is what is to be read`, usage);
  }
  return file;
}
