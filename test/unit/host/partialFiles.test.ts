import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPartialFiles } from '../../../src/host/rows/partialFiles';

let folder: string;
let notes: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'partial-files-'));
  notes = path.join(folder, 'notes');
  await mkdir(path.join(folder, 'out'));
});
afterEach(() => rm(folder, { recursive: true }));

const out = async (): Promise<string[]> => (await readdir(path.join(folder, 'out'))).sort();
const place = (name: string): string => path.join(folder, 'out', name);

/** The number of a process that is no more. */
async function deadProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' });
  await once(child, 'exit');
  return child.pid!;
}

/** As a window leaves it that is killed in the middle of an export. */
async function leave(partial: string, more: object = {}): Promise<void> {
  await mkdir(notes, { recursive: true });
  const note = { partial, pid: await deadProcess(), machine: os.hostname(), ...more };
  await writeFile(path.join(notes, `${path.basename(partial)}.json`), JSON.stringify(note));
}

describe('half-written exports', () => {
  it('are noted while they are written, and no longer', async () => {
    const files = createPartialFiles(notes);
    const [one, two] = await Promise.all([files.begin(place('a.csv')), files.begin(place('a.csv'))]);
    expect(one.path).not.toBe(two.path);
    expect(path.dirname(one.path)).toBe(path.join(folder, 'out'));
    expect(await readdir(notes)).toHaveLength(2);
    await writeFile(one.path, 'half');
    await files.sweep();
    expect(await out()).toEqual([path.basename(one.path)]);
    expect(await one.remove()).toBe(true);
    await Promise.all([one.end(), two.end()]);
    expect(await out()).toEqual([]);
    expect(await readdir(notes)).toEqual([]);
  });

  it('are removed by the next window when the one before was killed', async () => {
    await writeFile(place('a.csv.partial-0123456789ab'), 'half');
    await leave(place('a.csv.partial-0123456789ab'));
    await leave(place('gone.csv.partial-0123456789ab'));
    await createPartialFiles(notes).sweep();
    expect(await out()).toEqual([]);
    expect(await readdir(notes)).toEqual([]);
  });

  it('stay while their process may be alive, and no other file is touched, whatever a note says', async () => {
    const half = (name: string): string => place(`${name}.csv.partial-0123456789ab`);
    for (const name of ['alive', 'far']) await writeFile(half(name), 'half');
    await writeFile(place('precious.csv'), 'whole');
    await mkdir(half('folder'));
    await leave(half('alive'), { pid: process.ppid });
    await leave(half('far'), { machine: 'another' });
    await leave(place('precious.csv'));
    await leave(half('folder'));
    await leave(half('odd'), { pid: 'x' });
    await createPartialFiles(notes).sweep();
    expect(await out()).toEqual(
      ['alive', 'far', 'folder'].map((name) => path.basename(half(name))).concat('precious.csv'),
    );
    expect(await readFile(place('precious.csv'), 'utf8')).toBe('whole');
    expect(await readdir(notes)).toHaveLength(3);
  });

  it('do without a note where none can be made', async () => {
    await writeFile(notes, 'no folder');
    const files = createPartialFiles(notes);
    await files.sweep();
    const one = await files.begin(place('a.csv'));
    await writeFile(one.path, 'half');
    files.dispose();
    expect(await out()).toEqual([]);
    await one.end();
  });
});
