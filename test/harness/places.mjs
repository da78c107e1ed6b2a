import { homedir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** Folders that the scripts share. Built-ins only: this runs before anything is installed. */

/** The top of the repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

/** What survives a fresh clone: the editor's installation, the sample bucket, the trial profile. */
export const cache = path.join(
  process.env.XDG_CACHE_HOME ||
    (process.platform === 'win32' && process.env.LOCALAPPDATA) ||
    path.join(homedir(), '.cache'),
  'data-connect-explorer',
);

export const results = path.join(root, 'test-results');
export const vsix = path.join(root, 'dist', 'data-connect-explorer.vsix');

/** The Node that scripts and tests run on, once dependencies are installed. */
export const node = path.join(
  root,
  'node_modules',
  'node',
  'bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
);
export const binaries = path.join(root, 'node_modules', '.bin');
