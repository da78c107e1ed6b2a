// `npm run fuzz`: bundles test/fuzz/main.ts and runs it; its arguments are told there.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { build } from 'esbuild';
import { kernelForEsbuild } from '../../src/avro/assembly/build.mjs';
import { node, root } from './places.mjs';
import { endChildrenOnSignals, start } from './run.mjs';

endChildrenOnSignals();
const folder = await mkdtemp(path.join(tmpdir(), 'dce-fuzz-'));
try {
  const outfile = path.join(folder, 'fuzz.mjs');
  await build({
    entryPoints: [path.join(root, 'test', 'fuzz', 'main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    mainFields: ['module', 'main'],
    plugins: [kernelForEsbuild],
    sourcemap: 'inline',
    logLevel: 'warning',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  const { ended } = await start(node, ['--enable-source-maps', outfile, ...process.argv.slice(2)], {
    isEchoed: true,
  });
  process.exitCode = (await ended).code;
} finally {
  await rm(folder, { recursive: true });
}
