import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import manifest from '../../../package.json' with { type: 'json' };

const top = path.join(import.meta.dirname, '../../..');
const source = readFileSync(path.join(top, 'src/host/commands/commandHandlers.ts'), 'utf8');

interface MenuItem {
  readonly command: string;
  readonly when?: string;
}

describe('contributions', () => {
  it('are what the generated types and the tables in the README say', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'meta-'));
    try {
      const types = path.join(folder, 'meta.ts');
      const readme = path.join(folder, 'README.md');
      copyFileSync(path.join(top, 'README.md'), readme);
      execFileSync(
        process.execPath,
        [path.join(top, 'node_modules/vscode-ext-gen/bin.mjs'), '--output', types, '--readme', readme],
        { cwd: top },
      );
      for (const [made, kept] of [
        [types, 'src/host/generated/meta.ts'],
        [readme, 'README.md'],
      ] as const) {
        expect(readFileSync(path.join(top, kept), 'utf8'), `${kept} is stale: npm run generate`).toBe(
          readFileSync(made, 'utf8'),
        );
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('have a handler for every command, and no handler more', () => {
    const handled = [...source.matchAll(/'(dataConnect\.\w+)': \(/g)].map((match) => match[1]);
    expect(handled.sort()).toEqual(manifest.contributes.commands.map(({ command }) => command).sort());
  });

  it('name only commands that exist in menus and welcome texts', () => {
    const known = new Set(manifest.contributes.commands.map(({ command }) => command));
    const menus: Readonly<Record<string, readonly MenuItem[]>> = manifest.contributes.menus;
    for (const item of Object.values(menus).flat()) expect(known).toContain(item.command);
    for (const { contents } of manifest.contributes.viewsWelcome) {
      const linked = [...contents.matchAll(/command:([\w.]+)/g)].map((match) => match[1]);
      expect(linked.length).toBeGreaterThan(0);
      for (const command of linked) expect(known).toContain(command);
    }
  });

  it('offer in the menus of the tree only what some node can do', () => {
    const presentation = ['presentation.ts', 'tablePresentation.ts']
      .map((file) => readFileSync(path.join(top, 'src/host/tree', file), 'utf8'))
      .join('\n');
    for (const { when } of manifest.contributes.menus['view/item/context']) {
      const capability = /\\b(\w+)\\b/.exec(when)?.[1];
      expect(presentation).toContain(capability);
    }
  });

  it('put every command into the category that people search by', () => {
    for (const command of manifest.contributes.commands) expect(command.category).toBe('Data Connect');
  });
});
