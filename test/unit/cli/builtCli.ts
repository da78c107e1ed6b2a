import { spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { kernelForEsbuild } from '../../../src/avro/assembly/build.mjs';

const repository = path.resolve(import.meta.dirname, '../../..');

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface BuiltCli {
  /** A folder for the tests' files. */
  readonly folder: string;
  /** The command line as users have it: `node dist/cli.js …`. */
  readonly file: string;
  run(args: readonly string[], options?: RunOptions): Promise<Finished>;
  dispose(): void;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly nodeArgs?: readonly string[];
}

/** The AWS settings of the machine must not reach the tests. */
const cleanEnv: NodeJS.ProcessEnv = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_') && name !== 'NODE_OPTIONS'),
);

/** Bundles the command line and what it loads, as esbuild.mjs does, into a temporary folder. */
export async function buildCli(): Promise<BuiltCli> {
  const folder = mkdtempSync(path.join(tmpdir(), 'dc-cli-'));
  copyFileSync(path.join(repository, 'package.json'), path.join(folder, 'package.json'));
  await build({
    absWorkingDir: repository,
    entryPoints: {
      cli: 'src/cli/main.ts',
      store: 'src/store/index.ts',
      sample: 'src/sample/main.ts',
      worker: 'src/worker/main.ts',
    },
    outdir: path.join(folder, 'dist'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    mainFields: ['module', 'main'],
    plugins: [kernelForEsbuild],
    external: ['./store.js', './sample.js'],
    logLevel: 'warning',
  });
  const file = path.join(folder, 'dist/cli.js');
  // Dozens of runs load the same megabyte of SDK.
  const env = { NODE_COMPILE_CACHE: path.join(folder, 'cache') };
  return {
    folder,
    file,
    run: (args, options) =>
      runNode([...(options?.nodeArgs ?? []), file, ...args], { ...options, env: { ...env, ...options?.env } }),
    dispose: () => rmSync(folder, { recursive: true }),
  };
}

/** Asynchronous, so that a test can be the server at the same time. */
export function runNode(args: readonly string[], { env = {}, cwd }: RunOptions = {}): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      env: { ...cleanEnv, ...env },
      ...(cwd === undefined ? {} : { cwd }),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
