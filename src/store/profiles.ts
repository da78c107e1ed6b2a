import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';

/**
 * Names of the profiles in the shared AWS config and credentials files, each once: `default` first if there is one,
 * then by name. Read anew each time: people edit these files while the editor runs. Files that are not there have none.
 * Source of the places and the syntax: AWS SDKs and Tools Reference Guide, "Shared config and credentials files".
 */
export async function listProfiles(): Promise<readonly string[]> {
  const home = path.join(homedir(), '.aws');
  const [config, credentials] = await Promise.all([
    readIfThere(process.env['AWS_CONFIG_FILE'] ?? path.join(home, 'config')),
    readIfThere(process.env['AWS_SHARED_CREDENTIALS_FILE'] ?? path.join(home, 'credentials')),
  ]);
  const names = new Set([...profilesOfConfig(config), ...sectionsOf(credentials)]);
  return [...names].sort((a, b) => {
    if (a === 'default' || b === 'default') return a === 'default' ? -1 : 1;
    return a < b ? -1 : 1;
  });
}

/** In the config file, a profile other than `default` stands as `[profile NAME]`; other sections are something else. */
function profilesOfConfig(text: string): readonly string[] {
  return sectionsOf(text).flatMap((section) => {
    const named = /^profile\s+(.+)$/.exec(section)?.[1];
    if (named !== undefined) return [named.trim().replace(/^(["'])(.*)\1$/, '$2')];
    return section === 'default' ? ['default'] : [];
  });
}

/** Titles of an INI file's sections. A comment may follow the bracket. */
function sectionsOf(text: string): readonly string[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const title = /^\s*\[([^\]]+)\]\s*(?:[#;].*)?$/.exec(line)?.[1]?.trim();
    return title === undefined || title === '' ? [] : [title];
  });
}

async function readIfThere(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return '';
  }
}
