import { ConfigurationTarget, workspace } from 'vscode';
import { configs, type ConfigKey, type ConfigKeyTypeMap } from './generated/meta';

/** A setting, typed and with its default from package.json. */
export function readSetting<K extends ConfigKey>(key: K): ConfigKeyTypeMap[K] {
  return workspace.getConfiguration().get(key, defaults[key]);
}

/** Writes a setting for the user (never for a folder: nothing of ours belongs into a repository unasked). */
export async function writeSetting<K extends ConfigKey>(key: K, value: ConfigKeyTypeMap[K]): Promise<void> {
  await workspace.getConfiguration().update(key, value, ConfigurationTarget.Global);
}

const defaults = Object.fromEntries(
  Object.values(configs).map((item) => [item.key, item.default]),
) as unknown as ConfigKeyTypeMap;
