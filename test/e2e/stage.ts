import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, inject } from 'vitest';
import type { Connection } from '../../src/core/connection';
import { startCodeServer } from '../harness/codeServer.mjs';
import { quietSettings, writeSettings } from '../harness/editorSettings.mjs';
import { results } from '../harness/places.mjs';
import { launchBrowser } from './browser';
import { openWorkbench, type Workbench } from './workbench';

export type Theme = 'dark' | 'light' | 'highContrast' | 'highContrastLight';

const themes: Readonly<Record<Theme, string>> = {
  dark: 'Default Dark Modern',
  light: 'Default Light Modern',
  highContrast: 'Default High Contrast',
  highContrastLight: 'Default High Contrast Light',
};

export interface StageOptions {
  /** For its log: `test-results/e2e-<name>.log`. */
  readonly name: string;
  readonly connections?: readonly Connection[];
  /** Opened in the window. */
  readonly folder?: string;
  readonly theme?: Theme;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** What the extension host sees. */
  readonly env?: Readonly<Record<string, string>>;
  /** Options of Node's, for all processes of the editor. */
  readonly nodeArgs?: readonly string[];
  readonly size?: { readonly width: number; readonly height: number };
}

/** One VS Code of its own, with a fresh profile, and a window on it. */
export interface Stage {
  readonly name: string;
  readonly workbench: Workbench;
  /** `--user-data-dir` of this editor. */
  readonly userData: string;
  end(): Promise<void>;
}

/**
 * The stage of a test file: opened before its tests, ended after them, with a picture of each failure
 * (`failed-<stage>-<number>.png`). To be called at the top of the file; the stage is there inside the tests.
 */
export function useStage(options: StageOptions | (() => Promise<StageOptions> | StageOptions)): {
  readonly workbench: Workbench;
  readonly userData: string;
} {
  let stage: Stage | undefined;
  let failures = 0;
  beforeAll(async () => {
    stage = await openStage(typeof options === 'function' ? await options() : options);
  });
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail' || stage === undefined) return;
    failures++;
    await stage.workbench.screenshot(`failed-${stage.name}-${failures}`);
  });
  afterAll(() => stage?.end());
  const opened = (): Stage => {
    if (stage === undefined) throw new Error('The stage is open during tests only.');
    return stage;
  };
  return {
    get workbench() {
      return opened().workbench;
    },
    get userData() {
      return opened().userData;
    },
  };
}

export async function openStage(options: StageOptions): Promise<Stage> {
  const { entry, extensions } = inject('prepared');
  const userData = await mkdtemp(path.join(tmpdir(), `dce-${options.name}-`));
  await writeSettings(userData, {
    ...quietSettings,
    'window.autoDetectHighContrast': false,
    'workbench.colorTheme': themes[options.theme ?? 'dark'],
    'dataConnect.connections': options.connections ?? [],
    ...options.settings,
  });
  const log = path.join(results, `e2e-${options.name}.log`);
  // Nothing of the machine's own AWS configuration: a test that passes here because of it would fail elsewhere.
  const env = {
    AWS_CONFIG_FILE: path.join(userData, 'aws-config'),
    AWS_SHARED_CREDENTIALS_FILE: path.join(userData, 'aws-credentials'),
    AWS_EC2_METADATA_DISABLED: 'true',
    ...options.env,
  };
  const server = await startCodeServer({
    entry,
    extensions,
    userData,
    log,
    env,
    ...(options.nodeArgs === undefined ? {} : { nodeArgs: options.nodeArgs }),
    ...(options.folder === undefined ? {} : { folder: options.folder }),
  });
  const browser = await launchBrowser();
  const end = async (): Promise<void> => {
    await browser.close();
    await server.end();
    await cp(path.join(userData, 'logs'), path.join(results, `e2e-${options.name}-logs`), {
      recursive: true,
      force: true,
    }).catch(() => undefined);
    await rm(userData, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const workbench = await openWorkbench(browser, server.address, options.size);
    return { name: options.name, workbench, userData, end };
  } catch (error) {
    await end();
    throw error;
  }
}
