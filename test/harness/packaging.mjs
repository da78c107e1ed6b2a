import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { binaries, node, root, vsix } from './places.mjs';
import { runOrFail } from './run.mjs';

/** Builds all bundles into dist/. */
export async function build({ isProduction = true, log } = {}) {
  await runOrFail(node, ['esbuild.mjs', ...(isProduction ? ['--production'] : [])], { log });
}

/** Makes dist/data-connect-explorer.vsix of what is built. */
export async function packageExtension({ log } = {}) {
  await runOrFail(path.join(binaries, 'vsce'), ['package', '--no-dependencies', '--out', vsix], { log });
}

/** Files that go into the VSIX, from the top of the repository, sorted. */
export async function packagedFiles() {
  const output = await runOrFail(path.join(binaries, 'vsce'), ['ls', '--no-dependencies']);
  return output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .sort();
}

/** What the VSIX is to hold, one file a line; kept by hand, so that nothing slips in or out. */
const expectedFile = path.join(root, 'test', 'harness', 'packagedFiles.txt');
const maxVsixBytes = 2_000_000;

/** Faults of the package, each a sentence. */
export async function packageFaults() {
  const expected = (await readFile(expectedFile, 'utf8')).split('\n').filter((line) => line !== '');
  const present = await packagedFiles();
  const faults = [
    ...present
      .filter((file) => !expected.includes(file))
      .map((file) => `The package holds ${file}, which is not expected.`),
    ...expected.filter((file) => !present.includes(file)).map((file) => `The package lacks ${file}.`),
  ];
  const { size } = await stat(vsix);
  if (size > maxVsixBytes) faults.push(`The package has ${size} bytes, more than ${maxVsixBytes}.`);
  return faults;
}
