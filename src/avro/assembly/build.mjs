// Compiles the AssemblyScript kernel, and puts it into bundles: `import { kernelBytes } from './assembly/kernel.wasm'`
// becomes a module that holds the compiled bytes. One plugin for esbuild, one for Vite.
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';

const here = import.meta.dirname;
const cache = path.join(here, '../../../node_modules/.cache/dce-kernel');
const { version } = createRequire(import.meta.url)('assemblyscript/package.json');

/** 1 GB: a block of 256 MB, stored and decompressed, with room to spare. */
const maximumPages = 16_384;
const flags = [
  '--runtime=minimal',
  '--optimizeLevel=3',
  '--shrinkLevel=0',
  '--noAssert',
  '--converge',
  '--enable=simd',
  '--enable=bulk-memory',
  `--maximumMemory=${maximumPages}`,
];

const isSource = (name) => name.endsWith('.ts');

async function readSources() {
  const names = (await readdir(here)).filter(isSource).sort();
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(path.join(here, name), 'utf8')])),
  );
}

/** The files that a kernel is made of, for watchers. */
async function sourceFiles() {
  return [...(await readSources()).keys()].map((name) => path.join(here, name));
}

let latest = { key: '', bytes: undefined };

/** The compiled kernel. The same sources are compiled once, also over several runs. Throws with the compiler's words. */
async function compileKernel() {
  const sources = await readSources();
  const hash = createHash('sha256').update(JSON.stringify([version, flags, [...sources]]));
  const key = hash.digest('hex').slice(0, 32);
  if (latest.key !== key) latest = { key, bytes: cached(key, sources) };
  return latest.bytes;
}

async function cached(key, sources) {
  const file = path.join(cache, `${key}.wasm`);
  try {
    return await readFile(file);
  } catch {
    const bytes = await compile(sources);
    await mkdir(cache, { recursive: true });
    // Whole or not at all, whoever else compiles at the same time.
    const draft = `${file}.${process.pid}`;
    await writeFile(draft, bytes);
    await rename(draft, file);
    return bytes;
  }
}

async function compile(sources) {
  // Only loaded where there is something to compile: it takes half a second.
  const { default: asc } = await import('assemblyscript/asc');
  const outputs = new Map();
  const { error, stderr } = await asc.main(['index.ts', '--outFile=kernel.wasm', ...flags], {
    readFile: (name) => sources.get(path.basename(name)) ?? null,
    writeFile: (name, contents) => void outputs.set(name, contents),
    listFiles: () => [],
  });
  const bytes = outputs.get('kernel.wasm');
  if (error !== null || bytes === undefined) throw new Error(`The kernel does not compile.\n${stderr.toString()}`);
  return Buffer.from(bytes);
}

async function moduleText() {
  const base64 = Buffer.from(await compileKernel()).toString('base64');
  return `export const kernelBytes = Buffer.from(${JSON.stringify(base64)}, 'base64');`;
}

const pattern = /\/assembly\/kernel\.wasm$/;

/** For esbuild. */
export const kernelForEsbuild = {
  name: 'kernel',
  setup(build) {
    build.onResolve({ filter: pattern }, ({ path: name, resolveDir }) => ({ path: path.join(resolveDir, name) }));
    build.onLoad({ filter: pattern }, async () => ({
      contents: await moduleText(),
      loader: 'js',
      watchFiles: await sourceFiles(),
    }));
  },
};

const viteModule = '\0avro-kernel';

/** For Vitest. */
export const kernelForVite = {
  name: 'kernel',
  enforce: 'pre',
  resolveId: (name) => (pattern.test(name) ? viteModule : undefined),
  load: (name) => (name === viteModule ? moduleText() : undefined),
};
