import { statSync } from 'node:fs';
import os from 'node:os';

/** Whether a text that was typed or pasted means a place on this machine. */
export function isLocalPath(text: string): boolean {
  return /^(\/|~(\/|$)|[A-Za-z]:[\\/]|\\\\)/.test(text);
}

/** `~/exports` as the shell means it. */
export function expandHome(path: string): string {
  return /^~(\/|$)/.test(path) ? os.homedir() + path.slice(1) : path;
}

/** Whether the typed path is a folder that is there. */
export function isFolder(path: string): boolean {
  try {
    return statSync(expandHome(path)).isDirectory();
  } catch {
    return false;
  }
}
