import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Settings of a trial profile: nothing that talks to anyone, nothing in front of what one came to see. */
export const quietSettings = {
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.openRepositoryInParentFolders': 'never',
  'remote.autoForwardPorts': false,
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
};

/** The user settings of a profile (`--user-data-dir`). */
function settingsFile(userData) {
  return path.join(userData, 'User', 'settings.json');
}

/** What the profile has; `{}` if nothing. A file that is no plain JSON (comments) is put aside, not lost. */
export async function readSettings(userData) {
  const file = settingsFile(userData);
  let text;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return {};
    throw error;
  }
  try {
    return JSON.parse(text);
  } catch {
    await rename(file, `${file}.unread`);
    return {};
  }
}

/** @param {string} userData @param {Readonly<Record<string, unknown>>} settings */
export async function writeSettings(userData, settings) {
  const file = settingsFile(userData);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(settings, null, 2)}\n`);
}
