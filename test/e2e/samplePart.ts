import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { inject } from 'vitest';

/** A part's file in the copy of the sample that the tests wrote: the sample is the same wherever it is written. */
export async function samplePart(dump: string, table: string, part: number): Promise<string> {
  const folder = path.join(inject('prepared').sample, `sync_${dump}`, `_heap_table_name=${table}`);
  const prefix = `part-${String(part).padStart(5, '0')}-`;
  const name = (await readdir(folder)).find((file) => file.startsWith(prefix));
  if (name === undefined) throw new Error(`The sample has no ${prefix} in ${folder}.`);
  return path.join(folder, name);
}
