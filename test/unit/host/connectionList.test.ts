import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { S3Connection } from '../../../src/core/connection';
import { createConnectionList } from '../../../src/host/connections/connectionList';

const editor = vi.hoisted(() => ({ settings: new Map<string, unknown>() }));

// Of VS Code the list needs an event, a setting and the secret storage.
vi.mock('vscode', () => ({
  ConfigurationTarget: { Global: 1 },
  EventEmitter: class {
    readonly event = () => ({ dispose: () => undefined });
    fire(): void {
      // Nobody listens here.
    }
    dispose(): void {
      // Nothing is held.
    }
  },
  workspace: {
    onDidChangeConfiguration: () => ({ dispose: () => undefined }),
    getConfiguration: (section?: string) => {
      const full = (key: string): string => (section === undefined || section === '' ? key : `${section}.${key}`);
      return {
        get: (key: string, fallback: unknown) => editor.settings.get(full(key)) ?? fallback,
        update: (key: string, value: unknown) => Promise.resolve(void editor.settings.set(full(key), value)),
      };
    },
  },
}));

const setting = 'dataConnect.connections';
const withKeys: S3Connection = {
  kind: 's3',
  id: 'acme',
  name: 'Acme',
  bucket: 'csq-rs3-acme',
  prefix: '',
  credentials: 'keys',
};

let secrets: Map<string, string>;
let warnings: string[];

function createList() {
  const storage = {
    get: (key: string) => Promise.resolve(secrets.get(key)),
    store: (key: string, value: string) => Promise.resolve(void secrets.set(key, value)),
    delete: (key: string) => Promise.resolve(void secrets.delete(key)),
  };
  const log = {
    debug: () => undefined,
    info: () => undefined,
    warn: (text: string) => void warnings.push(text),
    error: () => undefined,
  };
  return createConnectionList({ secrets: storage } as never, log);
}

beforeEach(() => {
  editor.settings.clear();
  secrets = new Map();
  warnings = [];
});

describe('the list of connections', () => {
  it('leaves no typed key behind when the connection gets other credentials', async () => {
    const list = createList();
    await list.save(withKeys, { accessKeyId: 'AKIA1', secretAccessKey: 'secret' });
    expect(await list.credentials('acme')).toMatchObject({ accessKeyId: 'AKIA1' });
    await list.save({ ...withKeys, credentials: 'chain', profile: 'analytics' });
    expect(secrets.size).toBe(0);
    expect(list.all()).toHaveLength(1);
    list.dispose();
  });

  it('says once, and by its place, which entry of the setting cannot be used', () => {
    editor.settings.set(setting, [withKeys, 7, { ...withKeys, name: 'copied by hand' }]);
    const list = createList();
    expect(list.all().map(({ name }) => name)).toEqual(['Acme']);
    list.all();
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toMatch(/^Entry 2 .* is not a connection/);
    expect(warnings[1]).toMatch(/^Entry 3 .* same id "acme"/);
    list.dispose();
  });
});
